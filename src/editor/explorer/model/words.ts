/** How runs, checkpoints and experiments are put into words: short for rows, in full for screen readers. */
import { METRICS, type Estimate, type MetricName } from '../../../core/run/metrics';
import type { Checkpoint, Run, RunStatus } from '../../../core/run/types';
import { isDone, stageLabel } from '../../runs/model/stages';
import { experimentStatus, type ExperimentState } from '../../runs/model/state';

export const STATUS_WORDS: Readonly<Record<RunStatus, string>> = {
  queued: 'queued',
  running: 'running',
  finished: 'finished',
  stopped: 'stopped',
  failed: 'failed',
  lost: 'lost: its process is gone',
};

export const lastWith = (run: Run, metric: MetricName): Checkpoint | undefined =>
  run.checkpoints.findLast((checkpoint) => checkpoint.metrics[metric] !== undefined);

/** `.31`, without the zero that every win rate would repeat; a value of 1 or more keeps its digits. */
const bare = (value: number): string => value.toFixed(2).replace(/^(-?)0\./, '$1.');

export function formatEstimate(estimate: Estimate): string {
  const value = formatValue(estimate);
  const { low, high } = estimate;
  return low === undefined || high === undefined ? value : `${value} [${bare(low)}, ${bare(high)}]`;
}

/** As many digits as the unit bears. */
export function formatValue({ value, unit }: Pick<Estimate, 'value' | 'unit'>): string {
  switch (unit) {
    case 'fraction':
      return value.toFixed(2);
    case 'nats/sequence':
    case 'nats':
    case 'nats/token':
      return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
    case 'count':
    case 'tokens':
      return Number.isInteger(value) ? String(value) : value.toFixed(1);
    case 's':
      return `${value.toFixed(value < 10 ? 1 : 0)} s`;
    case 'none':
      return value.toPrecision(3);
  }
}

const nats = (value: number): string => value.toFixed(1);

/**
 * `win 0.41 · KL 3.2/5 nats`; what is not known yet is left out, never zero. The numbers come first, for a narrow side bar
 * cuts the end off and the icon shows the status anyway.
 */
export function runDescription(run: Run): string {
  const parts = [winPart(run), klPart(run), statusPart(run), run.failure === undefined ? undefined : firstLine(run.failure)];
  return parts.filter((part) => part !== undefined).join(' · ');
}

/** Planned, but its study ended before its turn came. */
const hasNotBegun = ({ status, progress, checkpoints }: Run): boolean => status === 'stopped' && progress?.step === 0 && checkpoints.length === 0;

function statusPart(run: Run): string | undefined {
  const { status, progress } = run;
  switch (status) {
    case 'finished':
      return undefined;
    case 'queued':
      return 'queued';
    case 'running':
    case 'stopped':
    case 'failed':
    case 'lost': {
      if (hasNotBegun(run)) return 'not begun';
      const step = progress === undefined ? '' : ` ${progress.step}/${progress.steps}`;
      return status === 'running' ? `step${step}` : `${status} at step${step}`;
    }
  }
}

function winPart(run: Run): string | undefined {
  const win = lastWith(run, 'winRate')?.metrics.winRate;
  return win === undefined ? undefined : `win ${win.value.toFixed(2)}`;
}

function klPart(run: Run): string | undefined {
  const kl = lastWith(run, 'kl')?.metrics.kl;
  if (kl === undefined) return undefined;
  return run.klBudget === undefined ? `KL ${nats(kl.value)} nats` : `KL ${nats(kl.value)}/${run.klBudget} nats`;
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text;

/** `win 0.31 [.28, .34] · KL 2.1` */
export function checkpointDescription({ metrics }: Checkpoint): string {
  const win = metrics.winRate === undefined ? [] : [`win ${formatEstimate(metrics.winRate)}`];
  const kl = metrics.kl === undefined ? [] : [`KL ${nats(metrics.kl.value)}`];
  return [...win, ...kl].join(' · ');
}

export function experimentDescription(experiment: ExperimentState): string {
  const counts = countBy(experiment.runs.map((run) => run.status));
  const total = experiment.runs.length;
  const finished = counts.get('finished') ?? 0;
  if (finished === total) return total === 1 ? '1 run' : `${total} runs`;
  const rest = (['running', 'queued', 'stopped', 'failed', 'lost'] as const).flatMap((status) => {
    const count = counts.get(status) ?? 0;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  return [`${finished} of ${total} finished`, ...rest].join(' · ');
}

/** `3 of 5 · proxy preference model 40%` */
export function stagesDescription({ stages }: ExperimentState): string {
  const done = `${stages.filter(isDone).length} of ${stages.length}`;
  const failed = stages.find((stage) => stage.state === 'failed');
  if (failed) return `${stageLabel(failed)} failed`;
  const computing = stages.filter((stage) => stage.state === 'computing');
  return [done, ...computing.map((stage) => `${stageLabel(stage)} ${percent(stage.fraction)}`)].join(' · ');
}

export const percent = (fraction: number): string => `${Math.round(100 * fraction)}%`;

/** A whole sentence, for a screen reader reads neither icon nor colour. */
export function runSentence(run: Run): string {
  const win = lastWith(run, 'winRate')?.metrics.winRate;
  const kl = lastWith(run, 'kl')?.metrics.kl;
  const step = run.progress === undefined ? '' : `, step ${run.progress.step} of ${run.progress.steps}`;
  const budget = run.klBudget === undefined ? 'nats' : `of ${run.klBudget} nats`;
  return [
    hasNotBegun(run) ? `Run ${run.name}, not begun` : `Run ${run.name}, ${STATUS_WORDS[run.status]}${step}`,
    ...(win === undefined ? [] : [`win rate ${win.value.toFixed(2)}`]),
    ...(kl === undefined ? [] : [`KL used ${nats(kl.value)} ${budget}`]),
    ...(run.failure === undefined ? [] : [firstLine(run.failure)]),
  ].join('; ');
}

export function checkpointSentence(run: Run, { step, metrics }: Checkpoint): string {
  const { winRate, kl } = metrics;
  const interval = winRate?.low === undefined || winRate.high === undefined ? '' : `, between ${winRate.low.toFixed(2)} and ${winRate.high.toFixed(2)}`;
  return [
    `Checkpoint at step ${step} of run ${run.name}`,
    ...(winRate === undefined ? [] : [`win rate ${winRate.value.toFixed(2)}${interval}`]),
    ...(kl === undefined ? [] : [`KL ${nats(kl.value)} nats`]),
  ].join('; ');
}

export const experimentSentence = (experiment: ExperimentState): string =>
  `Experiment ${experiment.name}, ${STATUS_WORDS[experimentStatus(experiment)]}; ${experimentDescription(experiment)}`;

export const metricLabel = (name: MetricName): string => METRICS[name].label;

const countBy = <T>(items: readonly T[]): Map<T, number> => {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
};
