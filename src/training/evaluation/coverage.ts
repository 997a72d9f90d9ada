/**
 * Coverage of the policy by the reference and by the data, on the policy's own samples.
 *
 * The *density ratio* log π(y|x)/π_ref(y|x): its largest value over all responses is what offline contrastive methods need
 * bounded (global coverage, Song et al. 2024); on samples only quantiles can be measured. The *mass outside the data*: no
 * data set lists every response it supports, so a response counts as outside where the reference policy, which was
 * fine-tuned to cover the data (Tang et al. 2024, App. C), finds it less likely than 99% of the data set's own responses.
 * The sum over tokens is compared, so a longer response than any in the data counts as outside too: it is.
 */
import { quantileSorted } from 'simple-statistics';
import type { RawMetric } from '../../core/run/events';
import type { MetricName } from '../../core/run/metrics';
import { Z95 } from '../../core/statistics/intervals';
import { meanMetric } from './summary';

/** Of log π_ref over the data set's responses. */
const OUTSIDE_QUANTILE = 0.01;

/** log π_ref of both sides of pairs, nats per sequence. */
interface ReferenceReading {
  readonly chosen: ArrayLike<number>;
  readonly rejected: ArrayLike<number>;
}

/** @returns −Infinity without a response: then nothing lies outside */
export function outsideThreshold(data: readonly ReferenceReading[]): number {
  const values = Float64Array.from(data.flatMap(({ chosen, rejected }) => [...Array.from(chosen), ...Array.from(rejected)]));
  return values.length === 0 ? -Infinity : quantileOf(values.sort(), OUTSIDE_QUANTILE);
}

/** @param samples log π and log π_ref of the policy's own samples, nats per sequence */
export function coverageMetrics(samples: { readonly policy: Float64Array; readonly reference: Float64Array }, threshold: number): Partial<Record<MetricName, RawMetric>> {
  const sorted = samples.policy.map((value, i) => value - (samples.reference[i] ?? 0)).sort();
  if (sorted.length === 0) return {};
  return {
    densityRatioMedian: quantileMetric(sorted, 0.5),
    densityRatio95: quantileMetric(sorted, 0.95),
    densityRatio99: quantileMetric(sorted, 0.99),
    densityRatioMax: { value: sorted.at(-1) ?? 0, n: sorted.length },
    outsideData: meanMetric(samples.reference.map((value) => Number(value < threshold))),
  };
}

/** With the distribution-free interval between two order statistics (normal approximation of the binomial rank). */
function quantileMetric(sorted: Float64Array, p: number): RawMetric {
  const n = sorted.length;
  const half = Z95 * Math.sqrt((p * (1 - p)) / n);
  return { value: quantileOf(sorted, p), low: quantileOf(sorted, Math.max(0, p - half)), high: quantileOf(sorted, Math.min(1, p + half)), n };
}

const quantileOf = (sorted: Float64Array, p: number): number => quantileSorted(sorted as unknown as number[], p);
