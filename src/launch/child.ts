/** A training process: started in a group of its own, its output in a log file, ended gently first. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';

/** How long a process may take to finish its step and save before it is killed. */
export const STOP_GRACE_MS = 30_000;

export interface ChildEnd {
  /** Absent when a signal ended the process. */
  readonly code?: number;
  readonly signal?: NodeJS.Signals;
  /** The process could not be started at all. */
  readonly error?: Error;
}

export interface TrainerChild {
  readonly pid: number | undefined;
  readonly ended: Promise<ChildEnd>;
  /** Asks the process to save and stop; kills its group after `graceMs`. */
  readonly stop: (graceMs?: number) => void;
  readonly kill: () => void;
}

export interface TrainerCommand {
  readonly trainerPath: string;
  readonly args: readonly string[];
  /** Standard output and error are appended here. */
  readonly logPath: string;
}

/** Starts `node trainer.js …`; inside Electron the same binary runs as plain Node. */
export async function startTrainer(command: TrainerCommand): Promise<TrainerChild> {
  await mkdir(path.dirname(command.logPath), { recursive: true });
  const log = openSync(command.logPath, 'a');
  try {
    return watch(
      spawn(process.execPath, [command.trainerPath, ...command.args], {
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
        stdio: ['ignore', log, log],
        // A group of its own: Ctrl-C in the terminal reaches only us, who then stop it in order.
        detached: process.platform !== 'win32',
        windowsHide: true,
      }),
    );
  } finally {
    closeSync(log);
  }
}

function watch(child: ChildProcess): TrainerChild {
  let grace: NodeJS.Timeout | undefined;
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('exit', (code, signal) => resolve(code === null ? { signal: signal ?? 'SIGKILL' } : { code }));
  }).finally(() => clearTimeout(grace));
  const kill = () => killGroup(child.pid);
  return {
    pid: child.pid,
    ended,
    kill,
    stop(graceMs = STOP_GRACE_MS) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // On Windows this ends the process at once; the run then goes on from its last checkpoint.
      child.kill('SIGTERM');
      grace ??= setTimeout(kill, graceMs);
    },
  };
}

/** SIGKILL to the process and whatever it started; a process already gone is no error. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  for (const target of process.platform === 'win32' ? [pid] : [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
      return;
    } catch (error) {
      if (!isNoSuchProcess(error)) throw error;
    }
  }
}

export const isNoSuchProcess = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ESRCH';

/** The last `lines` lines of a log that may be long; empty when there is no log. */
export async function logTail(logPath: string, lines = 5): Promise<string[]> {
  const WINDOW_BYTES = 8192;
  let file;
  try {
    file = await open(logPath, 'r');
  } catch {
    return [];
  }
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, WINDOW_BYTES));
    await file.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').split(/\r?\n/).filter((line) => line.trim() !== '').slice(-lines);
  } finally {
    await file.close();
  }
}

/** In words, for messages: `ended with code 3`. */
export function describeEnd(end: ChildEnd): string {
  if (end.error) return `could not be started: ${end.error.message}`;
  return end.signal ? `was ended by ${end.signal}` : `ended with code ${end.code ?? 0}`;
}
