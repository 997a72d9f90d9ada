/**
 * Effects with their intervals. A seed has its own data, reference policy, proxy, opponent and prompts, and its runs of all
 * arms share them: so each seed gives one value of a contrast, its arms paired, and the interval is Student's over seeds. It
 * knows of every luck that there is, and of none that both arms share.
 */
import { inOneOrder, makeArm, type Arm } from '../analysis/arms';
import { armReport, compareArms, gapSummary } from '../analysis/compare';
import type { ArmReport, Valued } from '../analysis/report';
import type { MetricName } from '../run/metrics';
import type { Run } from '../run/types';
import { tQuantile95 } from '../statistics/quantiles';
import { peakBySeed, runsBySeed } from './peaks';

/** Of bands in pictures; fixed, so that the same runs give the same card to the digit. */
const OPTIONS = { resamples: 400, seed: 0 };
/** Where only the value of a single seed is wanted; its bootstrap says nothing of other seeds. */
const VALUE_ONLY = { resamples: 20, seed: 0 };

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
  /** That have all arms. */
  readonly seeds: number;
}

const armOf = ({ name, runs }: Selection): Arm => makeArm(name, inOneOrder(runs.filter(({ status }) => status === 'finished')));

/** Weighted sum of peak win rates; of an arm with several settings, the best of all. */
export const peakContrast = (terms: readonly Term[]): Contrast => contrastOf(terms.map(({ runs, weight }) => ({ weight, bySeed: peakBySeed(runs) })));

export const peakDifference = (a: Selection, b: Selection): Contrast => peakContrast([{ ...a, weight: 1 }, { ...b, weight: -1 }]);

/** Mean of the win rate of `a` minus that of `b` at the same KL, over the KLs that both reach in a seed. */
export function meanGap(a: Selection, b: Selection): Contrast {
  const [ofA, ofB] = [runsBySeed(a.runs), runsBySeed(b.runs)];
  const gaps = [...ofA].flatMap(([seed, runs]) => {
    const others = ofB.get(seed);
    return others === undefined ? [] : [[seed, meanGapOf({ name: a.name, runs }, { name: b.name, runs: others })] as const];
  });
  return contrastOf([{ weight: 1, bySeed: new Map(gaps.flatMap(([seed, gap]) => (gap === undefined ? [] : [[seed, gap] as const]))) }]);
}

function meanGapOf(a: Selection, b: Selection): number | undefined {
  const arms = [a, b].map(armOf);
  if (arms.some(({ points }) => points.length === 0)) return undefined;
  return gapSummary(compareArms(arms, [0, 1], null, VALUE_ONLY))?.mean?.value;
}

/** Curves and their bands for pictures; arms without a checkpoint are left out. */
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

/** Weighted sum of means over the runs of a seed. A single term with weight 1 is the mean itself. */
export const seedContrast = (terms: readonly (Term & { readonly read: Reading })[]): Contrast =>
  contrastOf(terms.map(({ runs, read, weight }) => ({ weight, bySeed: meanBySeed(runs, read) })));

function meanBySeed(runs: readonly Run[], read: Reading): Map<number, number> {
  const values = [...runsBySeed(runs)].map(([seed, own]) => [seed, own.flatMap((run) => read(run) ?? [])] as const);
  return new Map(values.flatMap(([seed, list]) => (list.length === 0 ? [] : [[seed, list.reduce((sum, value) => sum + value, 0) / list.length] as const])));
}

interface Weighted {
  readonly weight: number;
  readonly bySeed: ReadonlyMap<number, number>;
}

/** Over the seeds that have all terms. */
function contrastOf(terms: readonly Weighted[]): Contrast {
  const shared = [...(terms[0]?.bySeed.keys() ?? [])].filter((seed) => terms.every(({ bySeed }) => bySeed.has(seed))).sort((a, b) => a - b);
  const values = shared.map((seed) => terms.reduce((sum, { weight, bySeed }) => sum + weight * (bySeed.get(seed) ?? NaN), 0));
  return { effect: meanOf(values), seeds: values.length };
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
