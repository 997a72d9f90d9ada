/** Quantiles of samples and of Student's t. */
import { quantileSorted } from 'simple-statistics';
import { Z95, type Interval } from './intervals';

/** Percentile interval of 95% of resampled values; undefined without any. Not in place. */
export function percentileInterval(values: ArrayLike<number>): Interval | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort() as unknown as number[];
  return { low: quantileSorted(sorted, 0.025), high: quantileSorted(sorted, 0.975) };
}

const T975 = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281];

/**
 * Two-sided 95% quantile of Student's t; from 10 degrees on by the Cornish–Fisher expansion (error below 0.001). Fractional
 * degrees, as Welch's approximation gives them, lie between the table's: their logarithm is taken as linear in 1/degrees (error below 0.5% from two on, 3% below).
 */
export function tQuantile95(degrees: number): number {
  const below = Math.max(1, Math.floor(degrees));
  const [known, next] = [T975[below - 1], T975[below]];
  if (known !== undefined && degrees <= below) return known;
  if (known !== undefined && next !== undefined) return next * (known / next) ** ((1 / degrees - 1 / (below + 1)) / (1 / below - 1 / (below + 1)));
  const z = Z95;
  return (
    z +
    (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  );
}
