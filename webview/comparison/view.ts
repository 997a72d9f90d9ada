/** How the reader has set up the comparison; kept by setState. */
import type { PanelState } from '../../src/core/protocol';
import { METRIC_NAMES, type MetricName } from '../../src/core/run/metrics';
import type { OutcomeSort } from '../model/comparison';

export interface ComparisonViewState extends PanelState {
  readonly showAll: boolean;
  /** A and B exchanged. */
  readonly swapped: boolean;
  readonly metric: MetricName | 'latest';
  readonly sort: OutcomeSort;
  readonly hidden: readonly string[];
  readonly tables: readonly string[];
}

export function readView(kept: Partial<Record<keyof ComparisonViewState, unknown>>): ComparisonViewState {
  const { restore, showAll, swapped, metric, sort, hidden, tables } = kept;
  const strings = (value: unknown) => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []);
  return {
    showAll: showAll === true,
    swapped: swapped === true,
    metric: METRIC_NAMES.find((name) => name === metric) ?? 'latest',
    sort: sort === 'delta' ? 'delta' : 'step',
    hidden: strings(hidden),
    tables: strings(tables),
    ...(typeof restore === 'string' ? { restore } : {}),
  };
}
