/** Rank correlation. */
import { sampleRankCorrelation } from 'simple-statistics';

/**
 * Spearman's ρ, ties sharing their mean rank.
 * @returns NaN with fewer than two points, unequal lengths, or where either side is constant
 */
export function spearman(x: readonly number[], y: readonly number[]): number {
  if (x.length < 2 || x.length !== y.length) return NaN;
  // Rounding may carry a perfect correlation past one.
  return Math.min(1, Math.max(-1, sampleRankCorrelation([...x], [...y])));
}
