/** How far an experiment is, and how it ended: from its directory alone. */
import type { StudyEstimate } from '../../../core/estimate';
import { runNeeds, stageId, stagesOfAll } from '../../../core/experiment/stages';
import type { TimedJob } from '../../../launch/timeLeft';
import type { Run } from '../../../core/run/types';
import { lastWith, percent } from '../../explorer/model/words';
import { isDone, stagedConfigs, stageLabel, stagesFraction } from '../../runs/model/stages';
import { experimentStatus, isActive, type ExperimentState } from '../../runs/model/state';

/** The stages' share of the time, roughly: they are shared by all runs. */
const STAGES_SHARE = 0.25;

/** 0 to 1; never falls while the experiment goes on. */
export function fractionDone({ stages, runs }: ExperimentState): number {
  const ofRuns = runs.length === 0 ? 0 : runs.reduce((sum, run) => sum + runFraction(run), 0) / runs.length;
  return STAGES_SHARE * (ofRuns > 0 ? 1 : stagesFraction(stages)) + (1 - STAGES_SHARE) * ofRuns;
}

function runFraction({ status, progress }: Run): number {
  if (status === 'finished') return 1;
  return progress === undefined || progress.steps === 0 ? 0 : progress.step / progress.steps;
}

/** What jobs were expected to take when they were started: ms by the job's id. */
export type Expected = Readonly<Record<string, number>>;

const jobId = (stage: string): string => `stage ${stage}`;

export const expectedOf = ({ stages, runs }: StudyEstimate, experiment: string): Expected => ({
  ...Object.fromEntries(stages.map(({ name, wallSeconds }) => [jobId(name), 1000 * wallSeconds])),
  ...Object.fromEntries(runs.map(({ name, wallSeconds }) => [`${experiment}/${name}`, 1000 * wallSeconds])),
});

/** The experiment's jobs for an estimate of the time left. */
export function timedJobs({ stages, runs }: ExperimentState, expected: Expected = {}): TimedJob[] {
  const known = (id: string) => (expected[id] === undefined ? {} : { expected: expected[id] });
  const needs = new Map(stagesOfAll(stagedConfigs(runs)).map((stage) => [stage.id, stage.needs.map(jobId)]));
  return [
    ...stages.map((stage) => ({ stage, id: stageId(stage) })).map(({ stage, id }): TimedJob => ({
      id: jobId(id), group: jobId(stage.kind), needs: needs.get(id) ?? [], ...known(jobId(id)), fraction: isDone(stage) ? 1 : stage.fraction,
      state: isDone(stage) || stage.state === 'failed' ? 'ended' : stage.state === 'computing' ? 'running' : 'waiting',
    })),
    ...runs.map((run): TimedJob => ({
      id: run.id, group: `run ${run.arm}`, needs: stagedConfigs([run]).flatMap(runNeeds).map(jobId), ...known(run.id), fraction: runFraction(run),
      state: run.status === 'running' ? 'running' : run.status === 'queued' ? 'waiting' : 'ended',
    })),
  ];
}

/** `Proxy preference model 40%`, then `2 of 6 runs finished · online-b0.1-s1 step 120/500`. */
export function progressMessage(experiment: ExperimentState): string {
  const computing = experiment.stages.filter((stage) => stage.state === 'computing');
  if (computing.length > 0) return computing.map((stage) => `${stageLabel(stage)} ${percent(stage.fraction)}`).join(' · ');
  const running = experiment.runs.filter((run) => run.status === 'running');
  if (running.length === 0 && !experiment.stages.every(isDone)) return 'Preparing';
  const finished = experiment.runs.filter((run) => run.status === 'finished').length;
  const steps = running.map(({ name, progress }) => (progress === undefined ? name : `${name} step ${progress.step}/${progress.steps}`));
  return [`${finished} of ${experiment.runs.length} runs finished`, ...steps].join(' · ');
}

export type Ending =
  | { readonly kind: 'finished'; readonly summary: string }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Undefined while work goes on. */
export function endingOf(experiment: ExperimentState): Ending | undefined {
  if (isActive(experiment)) return undefined;
  switch (experimentStatus(experiment)) {
    case 'finished':
      return { kind: 'finished', summary: summaryOf(experiment) };
    case 'failed':
      return { kind: 'failed', reason: failureOf(experiment) };
    case 'stopped':
      return wasLeft(experiment) ? GONE : { kind: 'stopped' };
    case 'lost':
    case 'queued':
    case 'running':
      return GONE;
  }
}

const GONE: Ending = { kind: 'failed', reason: 'the process that carried it out is gone; resume goes on from the last checkpoints' };

/** Runs that never began count as stopped; but where nobody stopped anything, whoever should have begun them died. */
const wasLeft = ({ isAbandoned = false, stages, runs }: ExperimentState): boolean =>
  isAbandoned || (stages.length === 0 && runs.every(({ checkpoints, endedAt }) => checkpoints.length === 0 && endedAt === undefined));

function failureOf({ runs, stages }: ExperimentState): string {
  const stage = stages.find(({ state }) => state === 'failed');
  const failed = runs.filter(({ status }) => status === 'failed');
  const [first] = failed;
  if (stage !== undefined) return `${stageLabel(stage)}: ${stage.message ?? 'no reason given'}`;
  if (first === undefined) return 'no reason given';
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
  return `${first.name}: ${first.failure ?? 'no reason given'}${more}`;
}

/** `6 runs finished; best win rate: online 0.41, offline 0.33` */
function summaryOf({ runs }: ExperimentState): string {
  const best = new Map<string, number>();
  for (const run of runs) {
    const win = Math.max(...run.checkpoints.flatMap(({ metrics }) => metrics.winRate?.value ?? []));
    if (Number.isFinite(win)) best.set(run.arm, Math.max(win, best.get(run.arm) ?? -Infinity));
  }
  const arms = [...best].map(([arm, win]) => `${arm} ${win.toFixed(2)}`).join(', ');
  const finished = `${runs.length} ${runs.length === 1 ? 'run' : 'runs'} finished`;
  return arms === '' ? finished : `${finished}; best win rate: ${arms}`;
}

/** `2 runs · KL 63%`: of the run that has used most of its budget, for that one may have to be stopped. */
export function statusText(experiments: readonly ExperimentState[]): string | undefined {
  const active = experiments.filter(isActive);
  if (active.length === 0) return undefined;
  const running = active.flatMap(({ runs }) => runs).filter(({ status }) => status === 'running');
  if (running.length === 0) return 'Preparing';
  const used = budgetUsed(running);
  const runs = `${running.length} ${running.length === 1 ? 'run' : 'runs'}`;
  return used === undefined ? runs : `${runs} · KL ${percent(used)}`;
}

/** The largest share of a KL budget that one of the runs has used; may exceed 1. */
export function budgetUsed(runs: readonly Run[]): number | undefined {
  const used = runs.flatMap((run) => {
    const kl = lastWith(run, 'kl')?.metrics.kl?.value;
    return kl === undefined || run.klBudget === undefined ? [] : [kl / run.klBudget];
  });
  return used.length === 0 ? undefined : Math.max(...used);
}
