/**
 * Where online begins to pay: the number of golden labels at which its peak passes that of offline. Differences over levels
 * are made monotone (isotonic regression: more labels make no worse proxy), the crossing is read off between two levels on a
 * logarithmic axis, and its interval draws seeds, each arm's by itself. Where a resample has no crossing within the levels
 * it lies beyond them on the side that it says; an interval that reaches there has the level as its bound, and says so.
 */
import { RandomStream } from '../random';
import { isotonic } from '../statistics/isotonic';
import { percentileInterval } from '../statistics/quantiles';
import type { Run } from '../run/types';
import { heldOutPeak } from './peaks';

export interface LabelLevel {
  readonly labels: number;
  readonly online: readonly Run[];
  readonly offline: readonly Run[];
}

export interface Crossing {
  /** Golden labels; NaN where the observed differences do not cross. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** The interval goes beyond the first or the last level, and its bound there is that level. */
  readonly isOpenBelow: boolean;
  readonly isOpenAbove: boolean;
  /** Share of resamples that cross within the levels. */
  readonly within: number;
}

const RESAMPLES = 1000;

interface Peaks {
  readonly labels: number;
  readonly online: readonly number[];
  readonly offline: readonly number[];
}

/** Undefined with fewer than two levels that have both arms. */
export function crossingPoint(levels: readonly LabelLevel[]): Crossing | undefined {
  const peaks = levels.map(({ labels, online, offline }): Peaks => ({ labels, online: peaksOf(online), offline: peaksOf(offline) }))
    .filter(({ online, offline }) => online.length > 0 && offline.length > 0);
  const [first, last] = [peaks[0], peaks.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  const at = peaks.map(({ labels }) => Math.log2(labels));
  const observed = crossingOf(at, peaks.map(({ online, offline }) => mean(online) - mean(offline)));
  const random = RandomStream.of(0, 'crossing');
  const drawn = (values: readonly number[]): number => mean(values.map(() => values[random.integer(values.length)] ?? NaN));
  const resampled = Array.from({ length: RESAMPLES }, () => crossingOf(at, peaks.map(({ online, offline }) => drawn(online) - drawn(offline))));
  const [lowest, highest] = [Math.log2(first.labels), Math.log2(last.labels)];
  const inside = percentileInterval(resampled.map((value) => Math.min(highest + 1, Math.max(lowest - 1, value))));
  if (inside === undefined) return undefined;
  return {
    value: Number.isFinite(observed) ? 2 ** observed : NaN,
    low: 2 ** Math.min(highest, Math.max(lowest, inside.low)),
    high: 2 ** Math.max(lowest, Math.min(highest, inside.high)),
    isOpenBelow: inside.low < lowest,
    isOpenAbove: inside.high > highest,
    within: resampled.filter(Number.isFinite).length / RESAMPLES,
  };
}

const peaksOf = (runs: readonly Run[]): number[] => runs.filter(({ status }) => status === 'finished').flatMap((run) => heldOutPeak(run) ?? []);
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
