/** What the routes share: where the engine is being put together, and how a tool is used for it. */
import path from 'node:path';
import type { EngineName } from '../../engines';
import { describeEnd } from '../child';
import { causeIn, type Source } from './causes';
import { runTool } from './command';
import type { Cause } from './errors';
import type { InstallStep, Report } from './events';
import { findNpm, withFolderOnPath, type Tool } from './tools';

export interface Work {
  readonly engine: EngineName;
  /** The folder that is renamed to the engine's own when all is well; its node_modules are to hold the package. */
  readonly staging: string;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** A route that leads nowhere; another one may. */
export class RouteFailure extends Error {
  override readonly name = 'RouteFailure';
  constructor(
    readonly why: Cause,
    options?: ErrorOptions,
  ) {
    super(why.cause, options);
  }
}

export interface Use {
  readonly step: InstallStep;
  readonly message: string;
  readonly source: Source;
  readonly tool: Tool;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** @throws RouteFailure with the cause that the tool's output shows; the signal's reason when cancelled. */
export async function use(work: Work, { step, message, source, tool, args, cwd = work.staging, env = process.env }: Use): Promise<void> {
  work.signal.throwIfAborted();
  work.report({ kind: 'step', step, message });
  const command = { program: tool.program, args: [...tool.args, ...args], cwd, env, shell: tool.shell ?? false };
  const end = await runTool(command, (line) => work.report({ kind: 'output', line }), work.signal);
  work.signal.throwIfAborted();
  if (end.code === 0) return;
  const name = path.basename(tool.program.replaceAll('"', ''));
  const telling = end.lines.findLast((line) => /error/i.test(line) && !/complete log/i.test(line)) ?? end.lines.at(-1);
  const fallback = { cause: `${name} ${describeEnd(end)}${telling === undefined ? '' : `, saying: ${telling.trim()}`}`, next: 'Read the log; it holds all that was printed.' };
  throw new RouteFailure(causeIn(source, end.lines.join('\n'), fallback));
}

/** Few and short: npm's own patience is minutes, and the user is watching. */
const RETRIES = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
const QUIET = ['--no-audit', '--no-fund', '--no-update-notifier', '--no-package-lock', '--omit=dev'];

/** Installs packages, named with their exact versions, into the staging folder. */
export async function npmInstall(work: Work, packages: readonly string[], how: { readonly step: InstallStep; readonly message: string; readonly scripts: boolean }): Promise<void> {
  const npm = findNpm();
  if (npm === undefined) throw new RouteFailure({ cause: `npm is neither on PATH nor beside ${process.execPath}`, next: 'Install Node with npm (nodejs.org, or your package manager), or put npm on PATH.' });
  // At this level npm names each package that it fetches.
  const scripts = how.scripts ? ['--foreground-scripts'] : ['--ignore-scripts'];
  const args = ['install', ...packages, '--loglevel=http', ...scripts, ...QUIET, ...RETRIES];
  await use(work, { ...how, source: 'npm', tool: npm, args, env: withFolderOnPath(npm, process.env) });
}
