/** Raw measured numbers as estimates with unit and 95% interval. */
import { effectiveCount, normalInterval, wilson, type Interval } from '../statistics/intervals';
import type { RawMetric } from './events';
import { METRICS, type Estimate, type MetricName } from './metrics';

/**
 * Interval, the first that applies: the log's own; Wilson for a fraction with n, on the effective count where per-prompt
 * outcomes or a standard error tell the variance (ties make it smaller); ±1.96 standard errors for a mean.
 */
export function estimateOf(name: MetricName, raw: RawMetric, outcomes?: Float64Array): Estimate {
  const { unit } = METRICS[name];
  const interval = raw.low !== undefined && raw.high !== undefined ? { low: raw.low, high: raw.high } : intervalOf(name, raw, outcomes);
  return {
    value: raw.value,
    ...interval,
    ...(raw.standardError === undefined ? {} : { standardError: raw.standardError }),
    ...(raw.n === undefined ? {} : { n: raw.n }),
    unit,
    ...(raw.estimator === undefined ? {} : { estimator: raw.estimator }),
    from: [name],
  };
}

function intervalOf(name: MetricName, { value, n, standardError }: RawMetric, outcomes?: Float64Array): Interval | undefined {
  if (METRICS[name].unit === 'fraction' && n !== undefined && n > 0 && value >= 0 && value <= 1) {
    return wilson(value, effectiveN(value, n, standardError, outcomes));
  }
  if (standardError === undefined) return undefined;
  const { low, high } = normalInterval(value, standardError);
  // A KL divergence is never negative, whatever its estimate's noise says; a k1 estimate may be, so its value bounds the cut.
  return { low: name === 'kl' ? Math.max(Math.min(0, value), low) : low, high };
}

function effectiveN(value: number, n: number, standardError?: number, outcomes?: Float64Array): number {
  if (outcomes !== undefined && outcomes.length === n && n > 1) return effectiveCount(value, sampleVariance(outcomes), n);
  return standardError === undefined ? n : effectiveCount(value, standardError * standardError * n, n);
}

function sampleVariance(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
