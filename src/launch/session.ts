/** Carries out a plan: shared stages in their order, then the runs, in at most `jobs` training processes. */
import os from 'node:os';
import path from 'node:path';
import type { PlannedRun } from '../core/experiment/expand';
import { runNeeds, stagesOf, stagesOfAll } from '../core/experiment/stages';
import type { Run } from '../core/run/types';
import { readRun } from '../runlog';
import { startTrainer, type TrainerChild } from './child';
import type { LaunchEvent } from './events';
import { ownExperiment } from './owner';
import type { ExperimentPlan } from './plan';
import { runQueue, type Job, type JobResult } from './queue';
import { recordFailure, runJob } from './runJob';
import { stageJob } from './stageJob';
import { stagesAreThere } from './stagesThere';
import { ExperimentWatch } from './watch';

export interface LaunchOptions {
  /** Training processes at the same time; by default as many as there are cores, and never more than runs. */
  readonly jobs?: number;
  /** Aborted: no further process starts, the running ones are asked to save and stop. */
  readonly signal?: AbortSignal;
  /** Aborted: what still runs is killed. */
  readonly killSignal?: AbortSignal;
  readonly onEvent?: (event: LaunchEvent) => void;
  /** `dist/trainer.js`. */
  readonly trainerPath: string;
  /** How long a process asked to stop may take before it is killed, ms. */
  readonly graceMs?: number;
  /** How often the directories are looked at for progress, ms. */
  readonly pollMs?: number;
}

export interface LaunchResult {
  /** All runs of the plan as they are on disk now. */
  readonly runs: readonly Run[];
  /** True when every run of the plan is finished. */
  readonly isComplete: boolean;
}

/** What the jobs of one session share. */
export interface Session {
  readonly plan: ExperimentPlan;
  readonly options: LaunchOptions;
  readonly emit: (event: LaunchEvent) => void;
  readonly watch: ExperimentWatch;
  /** Why a stage failed, by its id, for the runs that wait for it. */
  readonly stageFailures: Map<string, string>;
  /** Starts a trainer, and stops it when the session is told to stop. */
  readonly start: (args: readonly string[], logPath: string) => Promise<TrainerChild>;
}

/** @throws LaunchError when another process is already carrying the experiment out. A failed run is a result, not an error. */
export async function runExperiment(plan: ExperimentPlan, options: LaunchOptions): Promise<LaunchResult> {
  const opened = await openSession(plan, options);
  for (const name of opened.kept) options.onEvent?.({ kind: 'note', message: `${name} is finished already and is kept.` });
  try {
    await runQueue(opened.jobs, {
      limit: options.jobs ?? defaultJobs(opened.todo.length),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onSettled: opened.onSettled,
    });
  } finally {
    await opened.close();
  }
  const runs = await readRuns(plan);
  return { runs, isComplete: runs.every((run) => run.status === 'finished') };
}

/** An experiment's unfinished work as jobs of a queue, which may be one of several experiments' (study.ts). */
export interface OpenSession {
  /** In the order in which they begin. */
  readonly todo: readonly PlannedRun[];
  /** Names of runs that are finished already. */
  readonly kept: readonly string[];
  readonly jobs: readonly Job[];
  readonly onSettled: (settled: JobResult) => Promise<void>;
  /** After the queue: looks once more, and gives the experiment free. */
  readonly close: () => Promise<void>;
}

/** @throws LaunchError when another process is already carrying the experiment out */
export async function openSession(plan: ExperimentPlan, options: LaunchOptions): Promise<OpenSession> {
  const before = await readRuns(plan);
  const unfinished = plan.runs.filter((_, i) => before[i]?.status !== 'finished');
  const kept = plan.runs.filter((run) => !unfinished.includes(run)).map(({ name }) => name);
  if (unfinished.length === 0) return { todo: [], kept, jobs: [], onSettled: () => Promise.resolve(), close: () => Promise.resolve() };
  const todo = interleave(unfinished);
  const emit = options.onEvent ?? (() => undefined);
  const watch = new ExperimentWatch(plan.directory, emit);
  const session: Session = { plan, options, emit, watch, stageFailures: new Map(), start: starter(options) };
  // A part of an experiment may go on beside the rest of it; only who carries out all of it is entered as its owner.
  const release = plan.isWhole ? await ownExperiment(plan.directory) : undefined;
  const close = async (): Promise<void> => {
    await watch.close();
    await release?.();
  };
  try {
    await watch.open(options.pollMs);
    const jobs = [...(await stageJobs(session, todo)), ...runJobs(session, todo)];
    return { todo, kept, jobs, onSettled: (settled) => report(session, settled), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Cores, but never more than there are runs: a core without a run of its own speeds nothing up. */
export const defaultJobs = (runs: number) => Math.max(1, Math.min(os.availableParallelism(), runs));

async function stageJobs(session: Session, todo: readonly PlannedRun[]): Promise<Job[]> {
  const stages = stagesOfAll(todo.map(({ config }) => config));
  if (await stagesAreThere(session.plan.directory, todo)) {
    for (const { id } of stages) session.emit({ kind: 'stage-ended', stage: id, result: 'done' });
    return [];
  }
  return stages.map((stage) => {
    const user = todo.find(({ config }) => stagesOf(config).some(({ id }) => id === stage.id));
    return { id: stage.id, needs: stage.needs, start: () => stageJob(session, stage, user?.name ?? '') };
  });
}

const runJobs = (session: Session, todo: readonly PlannedRun[]): Job[] =>
  todo.map(({ name, config }) => ({ id: runId(name), needs: runNeeds(config), start: () => runJob(session, name) }));

const RUN_PREFIX = 'run:';
/** Run names are the user's; a prefix keeps one called `data` from being taken for the stage. */
const runId = (name: string) => `${RUN_PREFIX}${name}`;
export const isRunJob = (id: string): boolean => id.startsWith(RUN_PREFIX);

/** Jobs report themselves; what is left are those that never began, or whose start itself went wrong. */
async function report(session: Session, settled: JobResult): Promise<void> {
  const message = messageOf(session, settled);
  if (message === undefined && settled.result !== 'cancelled') return;
  const ended = { result: settled.result, ...(message === undefined ? {} : { message }) };
  if (!isRunJob(settled.id)) {
    if (settled.result === 'failed' && message !== undefined) session.stageFailures.set(settled.id, message);
    session.emit({ kind: 'stage-ended', stage: settled.id, ...ended });
    return;
  }
  const name = settled.id.slice(RUN_PREFIX.length);
  if (message !== undefined) await keepFailure(session, name, message);
  session.emit({ kind: 'run-ended', name, ...ended });
}

function messageOf({ stageFailures }: Session, settled: JobResult): string | undefined {
  switch (settled.result) {
    case 'blocked':
      return stageFailures.get(settled.by) ?? [...stageFailures.values()][0] ?? `the shared stage ${settled.by} did not end`;
    case 'failed':
      return settled.error instanceof Error ? settled.error.message : undefined;
    case 'done':
    case 'stopped':
    case 'cancelled':
      return undefined;
  }
}

async function keepFailure({ plan, emit }: Session, name: string, message: string): Promise<void> {
  try {
    await recordFailure(path.join(plan.directory, name), message);
  } catch (error) {
    emit({ kind: 'note', message: `The failure of ${name} could not be written down: ${(error as Error).message}` });
  }
}

function starter({ trainerPath, signal, killSignal, graceMs }: LaunchOptions): Session['start'] {
  return async (args, logPath) => {
    const child = await startTrainer({ trainerPath, args, logPath });
    const stop = () => child.stop(graceMs);
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });
    killSignal?.addEventListener('abort', child.kill, { once: true });
    void child.ended.then(() => {
      signal?.removeEventListener('abort', stop);
      killSignal?.removeEventListener('abort', child.kill);
    });
    return child;
  };
}

const readRuns = (plan: ExperimentPlan) => Promise.all(plan.runs.map(({ name }) => readRun(path.join(plan.directory, name))));

/** One run of each arm in turn, so that both arms can be compared while the study is still running. */
export function interleave(runs: readonly PlannedRun[]): PlannedRun[] {
  const arms = new Map<string, PlannedRun[]>();
  for (const run of runs) arms.set(run.config.arm, [...(arms.get(run.config.arm) ?? []), run]);
  const longest = Math.max(0, ...[...arms.values()].map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => [...arms.values()].flatMap((list) => list.slice(i, i + 1))).flat();
}
