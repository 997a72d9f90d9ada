/** At which KLs an arm, and two arms together, are asked for. All in nats per sequence. */
import type { Arm } from './arms';

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Points of a drawn curve and of the matched comparison. */
export const GRID_POINTS = 25;

/** KLs above zero that at least half of the arm's seeds cover: beyond, a single seed would speak for the arm. */
export function coveredRange(arm: Arm): Range | undefined {
  const ranges = Array.from({ length: arm.clusters }, (_, cluster) => {
    const kls = arm.points.flatMap((point) => (point.cluster === cluster && point.kl > 0 ? [point.kl] : []));
    return kls.length === 0 ? [] : [{ low: Math.min(...kls), high: Math.max(...kls) }];
  }).flat();
  const half = Math.ceil(arm.clusters / 2) - 1;
  const low = ranges.map((range) => range.low).sort((a, b) => a - b)[half];
  const high = ranges.map((range) => range.high).sort((a, b) => b - a)[half];
  return low === undefined || high === undefined || !(low < high) ? undefined : { low, high };
}

export function overlap(a: Range, b: Range): Range | undefined {
  const [low, high] = [Math.max(a.low, b.low), Math.min(a.high, b.high)];
  return low < high ? { low, high } : undefined;
}

/** Evenly spaced, both ends included, so that a plain mean of the values is the mean over the range. */
export const evenGrid = ({ low, high }: Range, points = GRID_POINTS): number[] =>
  Array.from({ length: points }, (_, i) => (i === points - 1 ? high : low + ((high - low) * i) / (points - 1)));

/** Evenly spaced in √KL, the scale on which the curves are smooth. */
export const rootGrid = ({ low, high }: Range): number[] =>
  evenGrid({ low: Math.sqrt(low), high: Math.sqrt(high) }).map((root, i, all) => (i === all.length - 1 ? high : root * root));

/** Evenly spaced in log KL, the axis of Tang et al.'s figures. @param low above zero */
export const logGrid = ({ low, high }: Range): number[] =>
  evenGrid({ low: Math.log(low), high: Math.log(high) }).map((log, i, all) => (i === 0 ? low : i === all.length - 1 ? high : Math.exp(log)));

export const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

export const within = (kl: number | null, range: Range | undefined): kl is number =>
  kl !== null && range !== undefined && kl >= range.low && kl <= range.high;
