/** What the user says of a table's columns goes before what the tables of known trainers say. */
import { METRICS, type KlEstimator, type MetricName } from '../../core/run/metrics';
import type { MappedColumn, Mapping } from '../contract';
import type { Reading } from './estimates';

const ESTIMATORS: readonly string[] = ['token-exact', 'k1', 'k2', 'k3', 'unknown'] satisfies readonly KlEstimator[];

/** A column that the log does not have gives nothing; whoever reads the mapping says so. */
export function mappedReadings(mapping: Mapping | undefined, keys: ReadonlySet<string>): [MetricName, Reading][] {
  return Object.entries(mapping?.metrics ?? {}).flatMap(([name, given]): [MetricName, Reading][] => {
    const column: MappedColumn = typeof given === 'string' ? { column: given } : given;
    if (!isMetric(name) || !keys.has(column.column)) return [];
    return [[name, readingOf(name, column)]];
  });
}

const isMetric = (name: string): name is MetricName => Object.hasOwn(METRICS, name);

function readingOf(metric: MetricName, { column, estimator, n, low, high, scale }: MappedColumn): Reading {
  const isKl = metric === 'kl' || metric === 'klPerToken';
  const given = estimator !== undefined && ESTIMATORS.includes(estimator) ? (estimator as KlEstimator) : undefined;
  const known = given ?? (isKl ? 'unknown' : undefined);
  return {
    rule: { metric, from: column, ...(known === undefined ? {} : { estimator: known }), ...(scale === undefined ? {} : { scale }) },
    from: column,
    ...(n === undefined ? {} : { n }),
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
  };
}
