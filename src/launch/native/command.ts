/** Runs one tool in a process group of its own: its lines as they come, and an end to all it started when cancelled. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { killGroup, type ChildEnd } from '../child';

export interface ToolCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Windows' .cmd files are run by a shell only; `program` and `args` are then safe to be read by one. */
  readonly shell?: boolean;
}

export interface ToolEnd extends ChildEnd {
  /** Of standard output and error together, the last of many. */
  readonly lines: readonly string[];
}

const KEPT_LINES = 400;
/** A grandchild that left the group may hold the pipes open long after the tool has ended. */
const PIPES_PATIENCE_MS = 2000;

/** Resolves however the tool ends, also when it cannot be started or `signal` aborts it. */
export async function runTool(command: ToolCommand, onLine: (line: string) => void, signal?: AbortSignal): Promise<ToolEnd> {
  if (signal?.aborted) return { signal: 'SIGKILL', lines: [] };
  const { program, args, cwd, env = process.env, shell = false } = command;
  // No standard input: nothing may wait for an answer.
  const child = spawn(program, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32', windowsHide: true });
  const lines: string[] = [];
  const take = (line: string) => {
    if (line.trim() === '') return;
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    onLine(line);
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream, crlfDelay: Infinity }).on('line', take);
  const kill = () => killTree(child.pid);
  signal?.addEventListener('abort', kill, { once: true });
  try {
    return { ...(await ended(child)), lines };
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

function ended(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve) => {
    let late: NodeJS.Timeout | undefined;
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(late);
      resolve(code === null ? { signal: signal ?? 'SIGKILL' } : { code });
    };
    child.once('error', (error) => resolve({ error }));
    child.once('close', end);
    child.once('exit', (code, signal) => {
      late = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        end(code, signal);
      }, PIPES_PATIENCE_MS);
    });
  });
}

/** On Windows a process's children outlive it unless they are asked for by its id while it is still there. */
function killTree(pid: number | undefined): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true });
  else killGroup(pid);
}
