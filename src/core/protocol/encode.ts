/** Host side: from runs to what travels. */
import { METRIC_NAMES, type Estimate, type MetricName } from '../run/metrics';
import type { Run } from '../run/types';
import type { EncodedRun, MetricColumns, MetricKind, RunHead, RunOrigin } from './data';

/** `group`: equal for runs that differ in their seed only. */
export function encodeRun(run: Run, group: string = seedGroupKey(run)): EncodedRun {
  const { checkpoints } = run;
  const metrics: Partial<Record<MetricName, MetricColumns>> = {};
  for (const name of METRIC_NAMES) {
    const estimates = checkpoints.map((checkpoint) => checkpoint.metrics[name]);
    if (estimates.some((estimate) => estimate !== undefined)) metrics[name] = encodeMetric(estimates);
  }
  return { head: headOf(run, group), steps: Float64Array.from(checkpoints, (checkpoint) => checkpoint.step), metrics };
}

/** Experiment and configuration without the seed; a run whose configuration is not known is a group of its own. */
export function seedGroupKey(run: Run): string {
  const { seed, ...config } = run.config;
  if (seed === undefined || Object.keys(config).length === 0) return run.id;
  return fingerprint(JSON.stringify([run.experiment, sorted(config)]));
}

/** 53 bits by two multiplicative hashes: a configuration can be long, and a key needs only to be equal or not. */
function fingerprint(text: string): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i += 1) {
    high = Math.imul(high ^ text.charCodeAt(i), 2654435761);
    low = Math.imul(low ^ text.charCodeAt(i), 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & high) + (low >>> 0)).toString(36);
}

/** The order in which a configuration was written is no difference. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
}

function encodeMetric(estimates: readonly (Estimate | undefined)[]): MetricColumns {
  const kinds: MetricKind[] = [];
  const indexOf = new Map<string, number>();
  const kindOf = (estimate: Estimate | undefined): number => {
    if (!estimate) return 0;
    const { unit, estimator, quality, from } = estimate;
    const kind: MetricKind = { unit, ...(estimator === undefined ? {} : { estimator }), ...(quality === undefined ? {} : { quality }), from };
    const key = JSON.stringify(kind);
    const known = indexOf.get(key);
    if (known !== undefined) return known;
    indexOf.set(key, kinds.push(kind));
    return kinds.length;
  };
  const column = (field: 'value' | 'low' | 'high' | 'standardError' | 'n') =>
    Float64Array.from(estimates, (estimate) => estimate?.[field] ?? NaN);
  return {
    value: column('value'),
    low: column('low'),
    high: column('high'),
    standardError: column('standardError'),
    n: column('n'),
    kind: Float64Array.from(estimates, kindOf),
    kinds,
  };
}

/** Only what the panel shows: a foreign log's configuration can be megabytes. */
function headOf(run: Run, group: string): RunHead {
  const { id, name, experiment, path, source, status, failure, arm, sampling, objective } = run;
  const { beta, seed, klBudget, progress, warnings, createdAt, endedAt } = run;
  return withoutUnsendable({
    id, name, experiment, path, source, status, failure, arm, sampling, objective,
    beta, seed, klBudget, progress, warnings, createdAt, endedAt, group,
    ...(source === 'alignment-gap' ? {} : { origin: originOf(run) }),
  });
}

function originOf({ environment }: Run): RunOrigin {
  const text = (key: string): string | undefined => (typeof environment[key] === 'string' ? environment[key] : undefined);
  const told = { source: text('sourceReason'), algorithm: text('algorithm'), algorithmReason: text('algorithmReason'), sampling: text('samplingReason'), status: text('statusReason') };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}

/** JSON turns NaN and Infinity into null, which the other side would refuse: they count as not known. */
function withoutUnsendable(head: RunHead): RunHead {
  const entries = Object.entries(head).filter(([, value]) => value !== undefined && (typeof value !== 'number' || Number.isFinite(value)));
  return Object.fromEntries(entries) as unknown as RunHead;
}
