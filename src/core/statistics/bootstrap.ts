/** Percentile bootstrap with a fixed seed. */
import { RandomStream } from '../random';
import type { Interval } from './intervals';
import { percentileInterval } from './quantiles';

export const DEFAULT_RESAMPLES = 1000;

export interface BootstrapOptions {
  readonly resamples?: number;
  readonly seed?: number;
}

export interface Bootstrapped extends Interval {
  readonly resamples: number;
}

/**
 * 95% interval of a statistic of `count` exchangeable units.
 * @param statistic of the units drawn (indices, with repetition); NaN drops the resample
 * @returns undefined where no resample gave a number
 */
export function bootstrap(count: number, statistic: (drawn: Int32Array) => number, options: BootstrapOptions = {}): Bootstrapped | undefined {
  const { resamples = DEFAULT_RESAMPLES, seed = 0 } = options;
  const random = RandomStream.of(seed, 'bootstrap');
  const drawn = new Int32Array(count);
  const values: number[] = [];
  for (let b = 0; b < resamples; b += 1) {
    for (let i = 0; i < count; i += 1) drawn[i] = random.integer(count);
    const value = statistic(drawn);
    if (!Number.isNaN(value)) values.push(value);
  }
  const interval = percentileInterval(values);
  return interval === undefined ? undefined : { ...interval, resamples: values.length };
}

/** 95% interval of a mean over units. */
export function bootstrapMean(values: ArrayLike<number>, options?: BootstrapOptions): Bootstrapped | undefined {
  return bootstrap(
    values.length,
    (drawn) => {
      let sum = 0;
      for (const i of drawn) sum += values[i] ?? 0;
      return sum / drawn.length;
    },
    options,
  );
}
