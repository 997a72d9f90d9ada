/** Effects with their intervals: contrasts of peaks by the gap's own bootstrap, contrasts of one number a run by seeds. */
import { makeArm, type Arm } from '../analysis/arms';
import { inOneOrder } from '../analysis/gap';
import { armReport, compareArms, gapSummary } from '../analysis/compare';
import type { ArmReport, Valued } from '../analysis/report';
import type { MetricName } from '../run/metrics';
import type { Run } from '../run/types';
import { tQuantile95 } from '../statistics/quantiles';

/** Fixed, so that the same runs give the same card to the digit. */
const OPTIONS = { resamples: 1000, seed: 0 };

/** Runs that stand for one arm, whatever experiments they come from. */
export interface Selection {
  readonly name: string;
  readonly runs: readonly Run[];
}

export interface Term extends Selection {
  /** +1 and −1 for a difference; a contrast of several arms has others that sum to zero. */
  readonly weight: number;
}

export interface Contrast {
  readonly effect: Valued | undefined;
  /** Of the arm that has fewest. */
  readonly seeds: number;
}

/** Only what has ended counts: a peak of half a run is the peak of another, shorter run. */
export const finishedRuns = (runs: readonly Run[]): Run[] => inOneOrder(runs.filter(({ status }) => status === 'finished'));

const armOf = ({ name, runs }: Selection): Arm => makeArm(name, finishedRuns(runs));

const seedsOf = (runs: readonly Run[]): Set<number> => new Set(finishedRuns(runs).flatMap(({ seed }) => seed ?? []));

const fewestSeeds = (selections: readonly Selection[]): number => Math.min(...selections.map(({ runs }) => seedsOf(runs).size));

/**
 * Weighted sum of peak win rates. The checkpoint is chosen on one half of the prompts and scored on the other; the interval
 * draws seeds and prompts, the prompts shared where they are the same.
 */
export function peakContrast(terms: readonly Term[]): Contrast {
  const seeds = fewestSeeds(terms);
  const arms = terms.map(armOf);
  if (seeds === 0 || arms.some(({ points }) => points.length === 0)) return { effect: undefined, seeds };
  const { study, arms: planned } = compareArms(arms, undefined, null, OPTIONS);
  const effect = study.attainableContrast(terms.map(({ weight }, i) => [i, planned[i]?.questions.limits.indexOf(Infinity) ?? 0, weight]));
  return { effect, seeds };
}

export const peakDifference = (a: Selection, b: Selection): Contrast => peakContrast([{ ...a, weight: 1 }, { ...b, weight: -1 }]);

/** Mean of win rate of `a` minus that of `b` at the same KL, over the KLs that both reach. */
export function meanGap(a: Selection, b: Selection): Contrast {
  const seeds = fewestSeeds([a, b]);
  const arms = [a, b].map(armOf);
  if (seeds === 0 || arms.some(({ points }) => points.length === 0)) return { effect: undefined, seeds };
  return { effect: gapSummary(compareArms(arms, [0, 1], null, OPTIONS))?.mean ?? undefined, seeds };
}

/** Curves and peaks for pictures; arms without a checkpoint are left out. */
export function armReports(selections: readonly Selection[]): ArmReport[] {
  const arms = selections.map(armOf).filter(({ points }) => points.length > 0);
  if (arms.length === 0) return [];
  const comparison = compareArms(arms, undefined, null, OPTIONS);
  return arms.map((_, i) => armReport(comparison, i));
}

/** One number a run; undefined where it was not measured. */
export type Reading = (run: Run) => number | undefined;

/** What the last checkpoint says. */
export const atTheEnd = (metric: MetricName): Reading => (run) => run.checkpoints.at(-1)?.metrics[metric]?.value;

/**
 * Weighted sum of means over the runs of a seed, paired by seed; Student's interval over seeds.
 * A single term with weight 1 is the mean itself.
 */
export function seedContrast(terms: readonly (Term & { readonly read: Reading })[]): Contrast {
  const tables = terms.map(({ runs, read, weight }) => ({ weight, bySeed: meanBySeed(finishedRuns(runs), read) }));
  const shared = [...(tables[0]?.bySeed.keys() ?? [])].filter((seed) => tables.every(({ bySeed }) => bySeed.has(seed))).sort((a, b) => a - b);
  const values = shared.map((seed) => tables.reduce((sum, { weight, bySeed }) => sum + weight * (bySeed.get(seed) ?? NaN), 0));
  return { effect: meanOf(values), seeds: values.length };
}

function meanBySeed(runs: readonly Run[], read: Reading): Map<number, number> {
  const lists = new Map<number, number[]>();
  for (const run of runs) {
    const value = read(run);
    if (value !== undefined && run.seed !== undefined) lists.set(run.seed, [...(lists.get(run.seed) ?? []), value]);
  }
  return new Map([...lists].map(([seed, values]) => [seed, values.reduce((sum, value) => sum + value, 0) / values.length]));
}

/** One value has a mean but no interval: its bounds are the value, and `judge` decides nothing from it. */
export function meanOf(values: readonly number[]): Valued | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const value = values.reduce((sum, one) => sum + one, 0) / n;
  if (n === 1) return { value, low: value, high: value };
  const variance = values.reduce((sum, one) => sum + (one - value) ** 2, 0) / (n - 1);
  const half = tQuantile95(n - 1) * Math.sqrt(variance / n);
  return { value, low: value - half, high: value + half };
}
