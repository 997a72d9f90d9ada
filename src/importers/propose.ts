/** A mapping to begin with: what the importer took each column for, ready to be edited and kept as `<log>.mapping.json`. Pure. */
import type { MetricName } from '../core/run/metrics';
import { METRIC_NAMES } from '../core/run/metrics';
import type { Run } from '../core/run/types';
import type { MappedColumn, Mapping } from './contract';

export interface ProposedMapping extends Mapping {
  /** All columns with numbers, for choosing; it is not read. */
  readonly columns: readonly string[];
}

export function proposeMapping(run: Run): ProposedMapping {
  const columns = [...new Set(run.checkpoints.flatMap(({ raw }) => Object.keys(raw)))];
  const metrics = METRIC_NAMES.flatMap((metric): [MetricName, string | MappedColumn][] => {
    const estimate = run.checkpoints.find((checkpoint) => checkpoint.metrics[metric] !== undefined)?.metrics[metric];
    const [column, ...others] = estimate?.from ?? [];
    // A value computed of several columns cannot be named by one.
    if (column === undefined || others.length > 0 || !columns.includes(column) || estimate?.quality?.includes('derived') === true) return [];
    return [[metric, estimate?.estimator === undefined ? column : { column, estimator: estimate.estimator }]];
  });
  return { metrics: Object.fromEntries(metrics), sampling: run.sampling, objective: run.objective, ...(run.beta === undefined ? {} : { beta: run.beta }), columns };
}
