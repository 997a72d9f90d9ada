/** Host side: from runs to what travels. */
import { METRIC_NAMES, type Estimate, type MetricName } from '../run/metrics';
import type { Run } from '../run/types';
import type { EncodedRun, MetricColumns, MetricKind, RunHead } from './data';

/** `group`: equal for runs that differ in their seed only; by default every run stands for itself. */
export function encodeRun(run: Run, group: string = run.id): EncodedRun {
  const { checkpoints } = run;
  const metrics: Partial<Record<MetricName, MetricColumns>> = {};
  for (const name of METRIC_NAMES) {
    const estimates = checkpoints.map((checkpoint) => checkpoint.metrics[name]);
    if (estimates.some((estimate) => estimate !== undefined)) metrics[name] = encodeMetric(estimates);
  }
  return { head: headOf(run, group), steps: Float64Array.from(checkpoints, (checkpoint) => checkpoint.step), metrics };
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
