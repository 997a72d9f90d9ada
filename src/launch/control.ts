/** Stops what runs, wherever it was started from: processes are found through the directories that they write. */
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import os from 'node:os';
import type { ProcessIdentity } from '../core/run/events';
import { findRunDirectories, isAlive, readEvents, readRun } from '../runlog';
import { livingOwner } from './owner';
import { isNoSuchProcess, killGroup, STOP_GRACE_MS } from './child';
import { LaunchError } from './errors';

/** An orchestrator waits for its own children first. */
const ORCHESTRATOR_EXTRA_MS = 5000;

export interface StopResult {
  /** Directories whose process was running, and how it ended. */
  readonly stopped: readonly { readonly path: string; readonly how: 'gently' | 'killed' }[];
}

/**
 * Stops a run, or an experiment with all its runs; resolves when the processes are gone. A run asked to stop saves first;
 * one that does not end within `graceMs` is killed and can be resumed from its last checkpoint.
 * @throws LaunchError when the process is on another machine or may not be signalled.
 */
export async function stopRun(directory: string, graceMs = STOP_GRACE_MS): Promise<StopResult> {
  const target = path.resolve(directory);
  const stopped: { path: string; how: 'gently' | 'killed' }[] = [];
  const stop = async (where: string, identity: ProcessIdentity | undefined, patience: number) => {
    if (identity === undefined || !isAlive(identity)) return;
    stopped.push({ path: where, how: await stopProcess(identity, where, patience) });
  };
  // The orchestrator first: it would start the next run as soon as one ends. It stops its own children before it ends.
  await stop(target, await orchestratorOf(target), graceMs + ORCHESTRATOR_EXTRA_MS);
  const runs = await findRunDirectories(target);
  await Promise.all(runs.map(async (run) => stop(run, await trainerOf(run), graceMs)));
  return { stopped };
}

async function orchestratorOf(directory: string): Promise<ProcessIdentity | undefined> {
  try {
    return await livingOwner(directory);
  } catch {
    // Not an experiment's directory: a run, which has no orchestrator of its own.
    return undefined;
  }
}

/** The process at work on a run; none when the run is not running. */
async function trainerOf(runDirectory: string): Promise<ProcessIdentity | undefined> {
  const { status } = await readRun(runDirectory);
  if (status !== 'running') return undefined;
  return (await readEvents(runDirectory)).findLast((event) => event.event === 'started');
}

async function stopProcess(identity: ProcessIdentity, place: string, graceMs: number): Promise<'gently' | 'killed'> {
  const POLL_MS = 100;
  if (identity.host !== os.hostname()) {
    throw new LaunchError(`Process ${identity.pid} runs on ${identity.host}, not on this machine.`, place, `Stop it there: ssh ${identity.host}, then alignment-gap stop.`);
  }
  signal(identity, 'SIGTERM', place);
  for (const end = Date.now() + graceMs; Date.now() < end; await wait(POLL_MS)) if (!isAlive(identity)) return 'gently';
  killGroup(identity.pid);
  return 'killed';
}

function signal({ pid }: ProcessIdentity, name: NodeJS.Signals, place: string): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (isNoSuchProcess(error)) return;
    throw new LaunchError(`Process ${pid} cannot be stopped: ${(error as Error).message}`, place, 'Stop it as the user who started it.', { cause: error });
  }
}
