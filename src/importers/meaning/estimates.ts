/** From rows under raw names to checkpoints: each metric by one rule for the whole run, so that a series has one meaning. */
import { wilson } from '../../core/statistics/intervals';
import { METRICS, type Estimate, type MetricName } from '../../core/run/metrics';
import type { Checkpoint } from '../../core/run/types';
import type { RawRow } from '../contract';
import type { Names } from './names';
import type { Keys, Rule } from './rule';

/** A rule with its raw keys looked up. */
export interface Reading {
  readonly rule: Rule;
  readonly from: string;
  readonly times?: string;
  readonly over?: string;
  readonly beta?: number;
  /** Of a mapping: columns with the count and the bounds. */
  readonly n?: string;
  readonly low?: string;
  readonly high?: string;
}

/** The first rule of each metric that the log has the keys for. */
export function readingsOf(rules: readonly Rule[], names: Names, beta?: number): Map<MetricName, Reading> {
  const readings = new Map<MetricName, Reading>();
  for (const rule of rules) {
    if (readings.has(rule.metric)) continue;
    const reading = lookUp(rule, names, beta);
    if (reading !== undefined) readings.set(rule.metric, reading);
  }
  return readings;
}

function lookUp(rule: Rule, names: Names, beta?: number): Reading | undefined {
  const raw = (keys: Keys): string | undefined => [keys].flat().map(names.rawOf).find((key) => key !== undefined);
  const from = raw(rule.from);
  const times = rule.times === undefined ? undefined : raw(rule.times);
  const over = rule.over === undefined ? undefined : raw(rule.over);
  if (from === undefined || (rule.times !== undefined && times === undefined) || (rule.over !== undefined && over === undefined)) return undefined;
  if (rule.overBeta && (beta === undefined || beta === 0)) return undefined;
  return { rule, from, ...(times === undefined ? {} : { times }), ...(over === undefined ? {} : { over }), ...(rule.overBeta && beta !== undefined ? { beta } : {}) };
}

/** @param readings as `readingsOf` gives them. Values that are not finite give no estimate; `raw` keeps them. */
export function checkpointOf({ step, values }: RawRow, readings: ReadonlyMap<MetricName, Reading>): Checkpoint {
  const metrics: Checkpoint['metrics'] = {};
  for (const [name, reading] of readings) {
    const estimate = estimateOf(name, reading, values);
    if (estimate !== undefined) metrics[name] = estimate;
  }
  return { step, metrics, raw: values };
}

function estimateOf(name: MetricName, reading: Reading, values: RawRow['values']): Estimate | undefined {
  const { rule, from, times, over } = reading;
  const [measured, factor, divisor] = [values[from], times === undefined ? 1 : values[times], over === undefined ? 1 : values[over]];
  if (measured === undefined || factor === undefined || divisor === undefined) return undefined;
  const value = (measured * factor * (rule.scale ?? 1)) / divisor / (reading.beta ?? 1);
  if (!Number.isFinite(value)) return undefined;
  const n = reading.n === undefined ? undefined : values[reading.n];
  return {
    value,
    ...intervalOf(reading, values, { name, value, n }),
    ...(n === undefined || !Number.isFinite(n) ? {} : { n }),
    unit: METRICS[name].unit,
    ...(rule.estimator === undefined ? {} : { estimator: rule.estimator }),
    ...(rule.quality === undefined ? {} : { quality: rule.quality }),
    from: [from, ...(times === undefined ? [] : [times]), ...(over === undefined ? [] : [over])],
  };
}

function intervalOf(reading: Reading, values: RawRow['values'], { name, value, n }: { name: MetricName; value: number; n: number | undefined }): { low?: number; high?: number } {
  const [low, high] = [reading.low === undefined ? undefined : values[reading.low], reading.high === undefined ? undefined : values[reading.high]];
  if (low !== undefined && high !== undefined && Number.isFinite(low) && Number.isFinite(high)) return { low, high };
  const isProportion = METRICS[name].unit === 'fraction' && n !== undefined && n > 0 && Number.isFinite(n) && value >= 0 && value <= 1;
  return isProportion ? wilson(value, n) : {};
}
