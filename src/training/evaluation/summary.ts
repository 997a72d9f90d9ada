/** From per-prompt values to raw metrics: mean, standard error, count. */
import type { RawMetric } from '../../core/run/events';

/** Names the noise with which every checkpoint is sampled: the same each time, so that checkpoints can be paired. */
export const EVALUATION_SAMPLES = 'evaluation samples';

/** Mean with its standard error over `values`; one value has no standard error. */
export function meanMetric(values: ArrayLike<number>, estimator?: string): RawMetric {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += values[i] ?? 0;
  const value = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i += 1) squares += ((values[i] ?? 0) - value) ** 2;
  return {
    value,
    n,
    ...(n > 1 ? { standardError: Math.sqrt(squares / (n - 1) / n) } : {}),
    ...(estimator ? { estimator } : {}),
  };
}

/** One digit a prompt (2 win, 1 tie, 0 loss): 512 outcomes in 512 bytes, and still readable. */
export function encodeOutcomes(outcomes: ArrayLike<number>): string {
  let digits = '';
  for (let i = 0; i < outcomes.length; i += 1) digits += String(2 * (outcomes[i] ?? 0));
  return digits;
}
