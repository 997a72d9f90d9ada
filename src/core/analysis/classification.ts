/**
 * A metric against the win rate; by default classification against generation: does the policy that orders held-out pairs better also win more (Tang et al. 2024,
 * section 5, figure 7)? Within a run both move with training; between runs they need not go together (Simpson's paradox),
 * so the two rank correlations are told apart.
 */
import { METRICS, type MetricName } from '../run/metrics';
import type { Run, Sampling } from '../run/types';
import { bootstrap, type BootstrapOptions, type Bootstrapped } from '../statistics/bootstrap';
import { spearman } from '../statistics/correlation';
import type { Valued } from './report';

export interface ClassificationPoint {
  readonly run: string;
  readonly arm: string;
  readonly sampling: Sampling;
  readonly step: number;
  /** Policy accuracy, or the metric asked for. */
  readonly value: number;
  readonly winRate: number;
}

export interface RankCorrelation extends Valued {
  /** Runs that it rests on. */
  readonly runs: number;
}

export interface ClassificationVersusGeneration {
  readonly points: readonly ClassificationPoint[];
  /** Mean over runs of Spearman's ρ over the run's checkpoints after step 0; the interval draws runs. */
  readonly within: RankCorrelation | null;
  /** Spearman's ρ over runs, of their means over checkpoints after step 0; the interval draws runs. */
  readonly between: RankCorrelation | null;
  readonly notes: readonly string[];
}

export interface MetricOptions extends BootstrapOptions {
  /** In place of the policy's held-out accuracy: the proxy's, or how stale its samples were. */
  readonly metric?: MetricName;
}

export function classificationVersusGeneration(runs: readonly Run[], options: MetricOptions = {}): ClassificationVersusGeneration {
  const { metric = 'policyAccuracy' } = options;
  const byRun = runs.map((run) => pointsOf(run, metric));
  const trained = byRun.map((points) => points.filter(({ step }) => step > 0)).filter((points) => points.length > 0);
  const correlations = trained.map((points) => spearman(values(points), winRates(points))).filter((rho) => !Number.isNaN(rho));
  const meanOf = (drawn: Int32Array): number => mean(Array.from(drawn, (i) => correlations[i] ?? NaN));
  const within = correlations.length === 0 ? null : correlation(mean(correlations), bootstrap(correlations.length, meanOf, options), correlations.length);
  const means = trained.map((points) => ({ value: mean(values(points)), winRate: mean(winRates(points)) }));
  const over = (drawn: Iterable<number>): number => {
    const chosen = Array.from(drawn, (i) => means[i]);
    return spearman(chosen.map((point) => point?.value ?? NaN), chosen.map((point) => point?.winRate ?? NaN));
  };
  const between = means.length < 3 ? null : correlation(over(means.keys()), bootstrap(means.length, over, options), means.length);
  return { points: byRun.flat(), within, between, notes: notesOf(runs, METRICS[metric].label.toLowerCase(), trained.length, { within, between }) };
}

function pointsOf(run: Run, metric: MetricName): ClassificationPoint[] {
  return run.checkpoints.flatMap(({ step, metrics: { [metric]: measured, winRate } }) =>
    measured === undefined || winRate === undefined ? [] : [{ run: run.id, arm: run.arm, sampling: run.sampling, step, value: measured.value, winRate: winRate.value }],
  );
}

const values = (points: readonly ClassificationPoint[]): number[] => points.map(({ value }) => value);
const winRates = (points: readonly ClassificationPoint[]): number[] => points.map(({ winRate }) => winRate);
const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length;

function correlation(value: number, interval: Bootstrapped | undefined, runs: number): RankCorrelation | null {
  return Number.isNaN(value) || interval === undefined ? null : { value, low: interval.low, high: interval.high, runs };
}

function notesOf(runs: readonly Run[], label: string, trained: number, { within, between }: Pick<ClassificationVersusGeneration, 'within' | 'between'>): string[] {
  return [
    ...(trained < runs.length ? [`${runs.length - trained} of ${runs.length} runs have no checkpoint after step 0 with both a win rate and the metric asked for: ${label}.`] : []),
    ...(within === null ? ['Within runs there is no rank correlation: each needs two checkpoints that differ.'] : []),
    ...(between === null ? ['Between runs there is no rank correlation: it needs three runs that differ.'] : []),
    ...(trained > 0 && trained < 6 ? [`With ${trained} runs an interval that draws runs is rough.`] : []),
  ];
}
