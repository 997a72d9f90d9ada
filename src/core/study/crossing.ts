/**
 * Where online begins to pay: the number of golden labels at which its peak passes that of offline. Differences over levels
 * are made monotone (isotonic regression: more labels make no worse proxy) and the crossing is read off between two levels on
 * a logarithmic axis. Seeds are drawn whole, both arms and all levels together, because a
 * seed has its own data, reference policy, proxy and opponent, and what these do to both arms is no difference between them.
 */
import { RandomStream } from '../random';
import { isotonic } from '../statistics/isotonic';
import { percentileInterval } from '../statistics/quantiles';
import type { Run } from '../run/types';
import { peakBySeed } from './peaks';

export interface LabelLevel {
  readonly labels: number;
  readonly online: readonly Run[];
  readonly offline: readonly Run[];
}

export interface Crossing {
  /** Golden labels; NaN where the observed differences do not cross. */
  readonly value: number;
  /** Where the interval goes beyond the first or the last level, its bound is that level. */
  readonly low: number;
  readonly high: number;
  readonly isOpenBelow: boolean;
  readonly isOpenAbove: boolean;
  /** Share of resamples that cross within the levels. */
  readonly within: number;
}

const RESAMPLES = 2000;

/** Undefined with fewer than two levels, or without a seed that has both arms at all of them. */
export function crossingPoint(levels: readonly LabelLevel[]): Crossing | undefined {
  const bySeed = levels.map(({ online, offline }) => [peakBySeed(online), peakBySeed(offline)] as const);
  const seeds = [...(bySeed[0]?.[0].keys() ?? [])].filter((seed) => bySeed.every(([a, b]) => a.has(seed) && b.has(seed)));
  if (levels.length < 2 || seeds.length === 0) return undefined;
  const at = levels.map(({ labels }) => Math.log2(labels));
  const crossingOfSeeds = (drawn: readonly number[]): number => crossingOf(at, bySeed.map(([a, b]) => mean(drawn.map((seed) => (a.get(seed) ?? NaN) - (b.get(seed) ?? NaN)))));
  const random = RandomStream.of(0, 'crossing');
  const resampled = Array.from({ length: RESAMPLES }, () => crossingOfSeeds(seeds.map(() => seeds[random.integer(seeds.length)] ?? NaN)));
  const [lowest, highest] = [at[0] ?? NaN, at.at(-1) ?? NaN];
  // What does not cross within the levels counts as beyond the end that it would cross beyond.
  const inside = percentileInterval(resampled.map((value) => Math.min(highest + 1, Math.max(lowest - 1, value))));
  if (inside === undefined) return undefined;
  const observed = crossingOfSeeds(seeds);
  const bounded = (value: number): number => 2 ** Math.min(highest, Math.max(lowest, value));
  return {
    value: Number.isFinite(observed) ? 2 ** observed : NaN,
    low: bounded(inside.low), high: bounded(inside.high),
    isOpenBelow: inside.low < lowest, isOpenAbove: inside.high > highest,
    within: resampled.filter(Number.isFinite).length / RESAMPLES,
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Where a monotone difference passes zero; −∞ where it is above at once, ∞ where it never is. @param at ascending */
export function crossingOf(at: readonly number[], differences: readonly number[]): number {
  const rising = isotonic(differences);
  const after = rising.findIndex((value) => value > 0);
  if (after < 0) return Infinity;
  if (after === 0) return -Infinity;
  const [x0 = NaN, x1 = NaN, y0 = NaN, y1 = NaN] = [at[after - 1], at[after], rising[after - 1], rising[after]];
  return x0 + ((x1 - x0) * -y0) / (y1 - y0);
}
