/** Finds the tools that an installation needs, without a shell. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';

export interface Tool {
  readonly program: string;
  /** Come before what the tool is asked to do. */
  readonly args: readonly string[];
  readonly shell?: boolean;
}

export interface ToolSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The Node that runs us; npm usually lies beside it. */
  readonly execPath: string;
  readonly isThere: (file: string) => boolean;
}

export const thisMachine = (): ToolSearch => ({ env: process.env, platform: process.platform, execPath: process.execPath, isThere: isProgram });

function isProgram(file: string): boolean {
  try {
    if (process.platform === 'win32') return existsSync(file);
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** npm of PATH, which is the one that the user's terminal has; else the one beside this Node. */
export function findNpm(search: ToolSearch = thisMachine()): Tool | undefined {
  const { execPath, platform, isThere } = search;
  const paths = pathsOf(platform);
  const folders = [...foldersOf(search), paths.dirname(execPath)];
  if (platform !== 'win32') {
    const program = folders.map((folder) => paths.join(folder, 'npm')).find(isThere);
    return program === undefined ? undefined : { program, args: [] };
  }
  for (const folder of folders) {
    const node = paths.join(folder, 'node.exe');
    const script = paths.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js');
    // By its script npm needs no shell. Only the installer's layout has both; others have npm.cmd alone.
    if (isThere(node) && isThere(script)) return { program: node, args: [script] };
    const command = paths.join(folder, 'npm.cmd');
    if (isThere(command)) return { program: `"${command}"`, args: [], shell: true };
  }
  return undefined;
}

/** The first of some programs on PATH. */
export function findProgram(names: readonly string[], search: ToolSearch = thisMachine()): Tool | undefined {
  const { platform, isThere } = search;
  const paths = pathsOf(platform);
  const suffix = platform === 'win32' ? '.exe' : '';
  for (const name of names) {
    const program = foldersOf(search).map((folder) => paths.join(folder, `${name}${suffix}`)).find(isThere);
    if (program !== undefined) return { program, args: [] };
  }
  return undefined;
}

/** npm starts with `env node`: where only npm's own folder has a node, that folder has to be on PATH. */
export function withFolderOnPath(tool: Tool, env: ToolSearch['env']): Record<string, string | undefined> {
  const folder = path.dirname(tool.program.replaceAll('"', ''));
  const name = pathVariable(env);
  return { ...env, [name]: [env[name], folder].filter(Boolean).join(path.delimiter) };
}

const pathsOf = (platform: NodeJS.Platform) => (platform === 'win32' ? path.win32 : path.posix);

/** Windows writes it `Path`, and its names are the same in any case. */
const pathVariable = (env: ToolSearch['env']) => Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';

function foldersOf({ env, platform }: ToolSearch): string[] {
  const paths = pathsOf(platform);
  // A relative folder on PATH means another program in every working directory.
  return (env[pathVariable(env)] ?? '').split(paths.delimiter).filter((folder) => paths.isAbsolute(folder));
}
