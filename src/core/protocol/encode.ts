/** Host side: from runs to what travels. */
import { METRIC_NAMES, type Estimate, type MetricName } from '../run/metrics';
import type { Run } from '../run/types';
import type { EncodedRun, MetricColumns, MetricKind, RunHead } from './data';

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

/** A foreign log's configuration can be huge, and then names files and times too: such a run stands for itself. */
const LONGEST_GROUP_KEY = 8192;

/** Experiment and configuration without the seed; a run whose configuration is not known is a group of its own. */
export function seedGroupKey(run: Run): string {
  const { seed, ...config } = run.config;
  if (seed === undefined || Object.keys(config).length === 0) return run.id;
  const key = JSON.stringify([run.experiment, sorted(config)]);
  return key.length <= LONGEST_GROUP_KEY ? key : run.id;
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
    const { unit, estimator, from } = estimate;
    const kind: MetricKind = { unit, ...(estimator === undefined ? {} : { estimator }), from };
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
  });
}

/** JSON turns NaN and Infinity into null, which the other side would refuse: they count as not known. */
function withoutUnsendable(head: RunHead): RunHead {
  const entries = Object.entries(head).filter(([, value]) => value !== undefined && (typeof value !== 'number' || Number.isFinite(value)));
  return Object.fromEntries(entries) as unknown as RunHead;
}
