/**
 * Two arms by any metric, at the end of their runs or over the steps that both logged: the policy's accuracy, the shift of
 * the winners' and losers' log-probabilities (Tang et al. 2024, Figs 6 and 8), the density ratio. Seeds are the units: the
 * pairs or prompts that a metric is measured on are the same for all runs, so their noise says nothing of the next seed.
 */
import type { Estimate, MetricName } from '../run/metrics';
import { METRICS } from '../run/metrics';
import type { Run } from '../run/types';
import { Z95 } from '../statistics/intervals';
import { tQuantile95 } from '../statistics/quantiles';
import type { Arm } from './arms';
import { standardErrorOf } from './deltas';
import type { Valued } from './report';
import { chooseArms, type ArmChoice } from './twoArms';

export interface MetricDifferenceOptions {
  readonly a: ArmChoice;
  readonly b: ArmChoice;
  readonly metric: MetricName;
  /** `end`: each run's last checkpoint; `matched-steps`: the mean over the steps after 0 that all runs logged; or one step. */
  readonly at?: 'end' | 'matched-steps' | number;
}

export interface MetricDifference {
  readonly metric: MetricName;
  /** Mean of either arm over its seeds; null where none has the metric. */
  readonly means: readonly [number | null, number | null];
  /** a minus b, with the 95% interval of Welch's t over seeds; null where it cannot be told. */
  readonly difference: Valued | null;
  readonly seeds: readonly [number, number];
  readonly notes: readonly string[];
}

export function metricDifference(runs: readonly Run[], { a, b, metric, at = 'end' }: MetricDifferenceOptions): MetricDifference {
  const arms = chooseArms(runs, { a, b });
  const steps = at === 'matched-steps' ? commonSteps(arms.flatMap((arm) => arm.runs), metric) : undefined;
  const [ofA, ofB] = arms.map((arm) => summarise(arm, (run) => readings(run, metric, steps ?? at)));
  const means = [ofA?.mean ?? null, ofB?.mean ?? null] as const;
  const missing = arms.filter((_, i) => means[i] === null).map(({ name }) => name);
  const label = METRICS[metric].label;
  const notes = [
    ...(missing.length > 0 ? [`${label} is missing ${steps?.length === 0 ? 'at any step that all runs logged' : `in ${missing.join(' and in ')}`}: there is no difference.`] : []),
    ...[ofA, ofB].flatMap((side, i) => (side?.seeds === 1 ? [`${arms[i]?.name} has a single seed: for it the interval of ${label} holds the noise of measurement alone.`] : [])),
  ];
  return { metric, means, difference: ofA && ofB ? welch(ofA, ofB) : null, seeds: [ofA?.seeds ?? 0, ofB?.seeds ?? 0], notes };
}

interface Side {
  readonly mean: number;
  /** Squared standard error of the mean, and its degrees of freedom. */
  readonly variance: number;
  readonly degrees: number;
  readonly seeds: number;
}

/** A seed counts once, however many settings it was run with. */
function summarise(arm: Arm, read: (run: Run) => readonly Estimate[]): Side | undefined {
  const bySeed = new Map<string, Estimate[]>();
  for (const run of arm.runs) {
    const key = run.seed === undefined ? `run ${run.id}` : `seed ${run.seed}`;
    const found = read(run);
    if (found.length > 0) bySeed.set(key, [...(bySeed.get(key) ?? []), ...found]);
  }
  const values = [...bySeed.values()].map((estimates) => mean(estimates.map(({ value }) => value)));
  if (values.length === 0) return undefined;
  const centre = mean(values);
  if (values.length > 1) {
    const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1) / values.length;
    return { mean: centre, variance, degrees: values.length - 1, seeds: values.length };
  }
  const [estimates = []] = bySeed.values();
  const errors = estimates.map((estimate) => standardErrorOf(estimate) ?? NaN);
  // Checkpoints of one run share their prompts, so their mean is no surer than one of them.
  return { mean: centre, variance: mean(errors) ** 2, degrees: Infinity, seeds: 1 };
}

/** Welch (1947), with Satterthwaite's degrees of freedom. */
function welch(a: Side, b: Side): Valued | null {
  const variance = a.variance + b.variance;
  if (Number.isNaN(variance)) return null;
  const degrees = variance === 0 ? Infinity : variance ** 2 / (a.variance ** 2 / a.degrees + b.variance ** 2 / b.degrees);
  const half = (Number.isFinite(degrees) ? tQuantile95(degrees) : Z95) * Math.sqrt(variance);
  const value = a.mean - b.mean;
  return { value, low: value - half, high: value + half };
}

function readings(run: Run, metric: MetricName, at: 'end' | 'matched-steps' | number | readonly number[]): Estimate[] {
  const measured = run.checkpoints.filter(({ metrics }) => metrics[metric] !== undefined);
  const taken = typeof at === 'number' ? measured.filter(({ step }) => step === at) : typeof at === 'string' ? measured.slice(-1) : measured.filter(({ step }) => at.includes(step));
  return taken.flatMap(({ metrics }) => metrics[metric] ?? []);
}

function commonSteps(runs: readonly Run[], metric: MetricName): number[] {
  const steps = runs.map(({ checkpoints }) => checkpoints.flatMap(({ step, metrics }) => (step > 0 && metrics[metric] !== undefined ? [step] : [])));
  return [...new Set(steps.flat())].filter((step) => steps.every((of) => of.includes(step)));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
