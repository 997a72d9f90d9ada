/** Intervals that have a closed form. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95% quantile of the standard normal. */
export const Z95 = 1.959963984540054;

/**
 * Wilson score interval of a proportion (Wilson 1927).
 * @param p observed fraction, 0 to 1
 * @param n observations; may be an effective number and so fractional
 * @throws RangeError for p outside [0, 1] or n not above 0
 */
export function wilson(p: number, n: number, z = Z95): Interval {
  if (!(p >= 0 && p <= 1) || !(n > 0)) throw new RangeError(`wilson: p=${p} must lie in [0, 1] and n=${n} above 0`);
  const scale = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  // Rounding must not push a bound past the estimate at p = 0 or 1.
  return { low: Math.max(0, Math.min(p, centre - half)), high: Math.min(1, Math.max(p, centre + half)) };
}

/**
 * Number of independent yes/no observations that would be as uncertain as what was measured: Wilson on it holds for win
 * rates with ties, whose variance is below p(1−p) (Tang et al. count a tie as a half). Without ties it is n itself.
 * @param variance sample variance of one observation
 */
export function effectiveCount(p: number, variance: number, n: number): number {
  const binomial = p * (1 - p);
  if (binomial === 0) return n;
  // All ties have no variance at all; four times n is as sure as n observations may claim to be.
  return binomial / Math.max(variance / n, binomial / (4 * n));
}

export const normalInterval = (mean: number, standardError: number): Interval => ({
  low: mean - Z95 * standardError,
  high: mean + Z95 * standardError,
});
