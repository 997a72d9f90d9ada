/**
 * Classification against generation: does the policy that orders held-out pairs better also win more (Tang et al. 2024,
 * section 5, figure 7)? Within a run both move with training; between runs they need not go together (Simpson's paradox),
 * so the two rank correlations are told apart.
 */
import type { Run, Sampling } from '../run/types';
import { bootstrap, type BootstrapOptions, type Bootstrapped } from '../statistics/bootstrap';
import { spearman } from '../statistics/correlation';
import type { Valued } from './report';

export interface ClassificationPoint {
  readonly run: string;
  readonly arm: string;
  readonly sampling: Sampling;
  readonly step: number;
  readonly policyAccuracy: number;
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

export function classificationVersusGeneration(runs: readonly Run[], options: BootstrapOptions = {}): ClassificationVersusGeneration {
  const byRun = runs.map(pointsOf);
  const trained = byRun.map((points) => points.filter(({ step }) => step > 0)).filter((points) => points.length > 0);
  const correlations = trained.map((points) => spearman(accuracies(points), winRates(points))).filter((rho) => !Number.isNaN(rho));
  const meanOf = (drawn: Int32Array): number => mean(Array.from(drawn, (i) => correlations[i] ?? NaN));
  const within = correlations.length === 0 ? null : correlation(mean(correlations), bootstrap(correlations.length, meanOf, options), correlations.length);
  const means = trained.map((points) => ({ accuracy: mean(accuracies(points)), winRate: mean(winRates(points)) }));
  const over = (drawn: Iterable<number>): number => {
    const chosen = Array.from(drawn, (i) => means[i]);
    return spearman(chosen.map((point) => point?.accuracy ?? NaN), chosen.map((point) => point?.winRate ?? NaN));
  };
  const between = means.length < 3 ? null : correlation(over(means.keys()), bootstrap(means.length, over, options), means.length);
  return { points: byRun.flat(), within, between, notes: notesOf(runs, trained.length, within, between) };
}

function pointsOf(run: Run): ClassificationPoint[] {
  return run.checkpoints.flatMap(({ step, metrics: { policyAccuracy, winRate } }) =>
    policyAccuracy === undefined || winRate === undefined
      ? []
      : [{ run: run.id, arm: run.arm, sampling: run.sampling, step, policyAccuracy: policyAccuracy.value, winRate: winRate.value }],
  );
}

const accuracies = (points: readonly ClassificationPoint[]): number[] => points.map(({ policyAccuracy }) => policyAccuracy);
const winRates = (points: readonly ClassificationPoint[]): number[] => points.map(({ winRate }) => winRate);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function correlation(value: number, interval: Bootstrapped | undefined, runs: number): RankCorrelation | null {
  return Number.isNaN(value) || interval === undefined ? null : { value, low: interval.low, high: interval.high, runs };
}

function notesOf(runs: readonly Run[], trained: number, within: RankCorrelation | null, between: RankCorrelation | null): string[] {
  return [
    ...(trained < runs.length ? [`${runs.length - trained} of ${runs.length} runs have no checkpoint after step 0 with both a policy accuracy and a win rate.`] : []),
    ...(within === null ? ['Within runs there is no rank correlation: each needs two checkpoints that differ.'] : []),
    ...(between === null ? ['Between runs there is no rank correlation: it needs three runs that differ.'] : []),
    ...(trained > 0 && trained < 6 ? [`With ${trained} runs an interval that draws runs is rough.`] : []),
  ];
}
