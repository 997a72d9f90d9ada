/** One policy run as a job of the queue. */
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Run } from '../core/run/types';
import { readRun, RunWriter, TRAINER_LOG } from '../runlog';
import { describeEnd, logTail, type ChildEnd } from './child';
import type { EndResult } from './events';
import type { JobOutcome } from './queue';
import type { Session } from './session';

export async function runJob(session: Session, name: string): Promise<JobOutcome> {
  const { plan, watch, emit } = session;
  const directory = path.join(plan.directory, name);
  watch.addRun(name);
  emit({ kind: 'run-started', name });
  try {
    const outcome = (await follow(session, directory)) ?? (await execute(session, directory));
    await watch.poll();
    emit({ kind: 'run-ended', name, result: outcome.result, ...(outcome.message === undefined ? {} : { message: outcome.message }) });
    return outcome.result;
  } finally {
    watch.removeRun(name);
  }
}

interface Outcome {
  readonly result: Extract<EndResult, JobOutcome>;
  readonly message?: string;
}

/** A run whose process outlived an earlier session is followed to its end: two processes must never write one run. */
async function follow({ emit, options }: Session, directory: string): Promise<Outcome | undefined> {
  const FOLLOW_MS = 500;
  let run = await readRun(directory);
  // Somebody resumed it by itself while it waited here in the queue.
  if (run.status === 'finished') return outcomeOf(run);
  if (run.status !== 'running') return undefined;
  emit({ kind: 'note', message: `${run.name} is still running from an earlier session; it is followed, not started again.` });
  while (run.status === 'running' && options.signal?.aborted !== true) {
    await wait(FOLLOW_MS);
    run = await readRun(directory);
  }
  if (run.status === 'running') return { result: 'stopped', message: 'was left running: another session started it' };
  return run.status === 'lost' ? undefined : outcomeOf(run);
}

async function execute(session: Session, directory: string): Promise<Outcome> {
  const log = path.join(directory, TRAINER_LOG);
  const child = await session.start(['run', directory], log);
  const end = await child.ended;
  const run = await readRun(directory);
  // A status left from an earlier attempt says nothing about a process that ended badly.
  if (end.code === 0 && (run.status === 'finished' || run.status === 'stopped')) return outcomeOf(run);
  if (session.options.signal?.aborted === true) return { result: 'stopped', message: 'was killed before it could save; resume goes on from its last checkpoint' };
  if (end.signal !== undefined) return { result: 'failed', message: `${describeEnd(end)}; resume goes on from its last checkpoint` };
  if (run.status !== 'failed') await recordFailure(directory, await failureMessage(end, log));
  return outcomeOf(await readRun(directory));
}

function outcomeOf(run: Run): Outcome {
  if (run.status === 'finished') return { result: 'done' };
  if (run.status === 'stopped') return { result: 'stopped' };
  return { result: 'failed', message: run.failure ?? run.status };
}

async function failureMessage(end: ChildEnd, log: string): Promise<string> {
  const last = (await logTail(log, 3)).join(' | ');
  return `the training process ${describeEnd(end)} without saying why; ${last === '' ? 'it printed nothing' : `its last words: ${last}`} (${log})`;
}

/** The process is gone and cannot write any more, so that we may: a run that crashed is failed, with the reason, not lost. */
export async function recordFailure(directory: string, message: string): Promise<void> {
  const writer = await RunWriter.open(directory);
  try {
    writer.append({ event: 'failed', time: new Date().toISOString(), message });
  } finally {
    writer.close();
  }
}
