/** Starts the command line as a process of its own, which outlives the window that started it. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { LaunchError } from './errors';

export interface DetachedOptions {
  /** `dist/cli.js`. */
  readonly cliPath: string;
  readonly cwd: string;
  /** Standard output and error are appended here. */
  readonly log: string;
}

/** @returns the pid, once the process has started. @throws LaunchError when it cannot be started. */
export async function startDetached(args: readonly string[], { cliPath, cwd, log }: DetachedOptions): Promise<number> {
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  try {
    const child = spawn(process.execPath, [cliPath, ...args], {
      cwd,
      detached: true,
      stdio: ['ignore', output, output],
      // Inside Electron the same binary must run as plain Node.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      windowsHide: true,
    });
    const pid = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => resolve(child.pid ?? 0));
    });
    child.unref();
    return pid;
  } catch (error) {
    throw new LaunchError(`The command line could not be started: ${(error as Error).message}`, cliPath, 'Build the project again (npm run build).', { cause: error });
  } finally {
    closeSync(output);
  }
}
