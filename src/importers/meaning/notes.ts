/** Warnings about the meaning of what was read: estimates that are not quite the metric, look-alikes, values that are no numbers. */
import { METRICS, type MetricName, type Quality } from '../../core/run/metrics';
import type { RunWarning } from '../../core/run/types';
import type { RawRow } from '../contract';
import type { Reading } from './estimates';
import type { Names } from './names';
import type { Dialect } from './rule';

const QUALITY_TEXT: Readonly<Record<Quality, string>> = {
  'from-length': 'a mean per token times the mean response length: an estimate, for long responses have another KL than short ones',
  padded: 'padding after the end token is counted in (TRL issue 6803): comparable within a run of steady lengths, not between runs',
  'train-temperature': 'measured on training samples at the sampling temperature of training, not on evaluation prompts',
  'length-average': 'a mean over tokens, not a sum over the sequence',
  derived: 'computed from other fields',
};

/** How KL was measured is always said: it decides what it may be compared with. */
export function klNotes(readings: ReadonlyMap<MetricName, Reading>): RunWarning[] {
  return (['kl', 'klPerToken'] as const).flatMap((metric): RunWarning[] => {
    const reading = readings.get(metric);
    if (reading === undefined) return [];
    const { rule, from } = reading;
    const qualities = (rule.quality ?? []).map((quality) => QUALITY_TEXT[quality]);
    const estimator = rule.estimator === undefined || rule.estimator === 'unknown' ? 'by an estimator that the log does not name' : `by ${rule.estimator}`;
    return [{ code: 'kl-meaning', message: `${METRICS[metric].label} is read from ${from}, ${METRICS[metric].unit.replace('/', ' per ')} ${estimator}${qualities.length === 0 ? '' : `; ${qualities.join('; ')}`}.`, at: from }];
  });
}

/** Other metrics that are not quite theirs, one note a quality. */
export function qualityNotes(readings: ReadonlyMap<MetricName, Reading>): RunWarning[] {
  const byQuality = new Map<Quality, MetricName[]>();
  for (const [metric, { rule }] of readings) {
    if (metric === 'kl' || metric === 'klPerToken') continue;
    for (const quality of rule.quality ?? []) if (quality !== 'derived') byQuality.set(quality, [...(byQuality.get(quality) ?? []), metric]);
  }
  return [...byQuality].map(([quality, metrics]) => ({ code: 'quality', message: `${metrics.map((metric) => METRICS[metric].label).join(', ')}: ${QUALITY_TEXT[quality]}.` }));
}

export function lookAlikes({ notThis = [] }: Dialect, names: Names): RunWarning[] {
  return notThis.flatMap(({ key, why }) => {
    const raw = names.rawOf(key) ?? names.rawOf(`eval_${key}`);
    return raw === undefined ? [] : [{ code: 'not-this', message: `${raw} is ${why}.`, at: raw }];
  });
}

const MOST_NAMED = 5;

/** NaN and infinities stay in the raw values; no metric is made of them. */
export function notNumbers(rows: readonly RawRow[]): RunWarning[] {
  const steps = new Map<string, number>();
  let count = 0;
  for (const { step, values } of rows) {
    for (const [key, value] of Object.entries(values)) {
      if (Number.isFinite(value)) continue;
      count += 1;
      if (!steps.has(key)) steps.set(key, step);
    }
  }
  if (count === 0) return [];
  const named = [...steps].slice(0, MOST_NAMED).map(([key, step]) => `${key} from step ${step}`);
  const more = steps.size - named.length;
  return [{ code: 'not-a-number', message: `${count} ${count === 1 ? 'value is' : 'values are'} NaN or infinite: ${named.join(', ')}${more > 0 ? ` and ${more} more keys` : ''}.`, at: steps.keys().next().value ?? '' }];
}
