/** Webview side: from what travelled back to checkpoints, with which all drawing works. */
import type { Estimate, MetricName } from '../run/metrics';
import type { Checkpoint } from '../run/types';
import type { EncodedRun, MetricColumns, RunHead } from './data';

/** A checkpoint without what only the host needs. A `Checkpoint` is one. */
export type PanelCheckpoint = Pick<Checkpoint, 'step' | 'metrics'>;

export interface PanelRun extends RunHead {
  readonly checkpoints: readonly PanelCheckpoint[];
}

export function decodeRun(encoded: EncodedRun): PanelRun {
  const columns = Object.entries(encoded.metrics) as [MetricName, MetricColumns][];
  const checkpoints = Array.from(encoded.steps, (step, index) => {
    const metrics: Partial<Record<MetricName, Estimate>> = {};
    for (const [name, column] of columns) {
      const estimate = estimateAt(column, index);
      if (estimate) metrics[name] = estimate;
    }
    return { step, metrics };
  });
  return { ...encoded.head, checkpoints };
}

function estimateAt(columns: MetricColumns, index: number): Estimate | undefined {
  const kind = columns.kinds[(columns.kind[index] ?? 0) - 1];
  if (!kind) return undefined;
  const known = (field: 'low' | 'high' | 'standardError' | 'n'): Partial<Estimate> => {
    const value = columns[field][index] ?? NaN;
    return Number.isNaN(value) ? {} : { [field]: value };
  };
  return {
    value: columns.value[index] ?? NaN,
    ...known('low'),
    ...known('high'),
    ...known('standardError'),
    ...known('n'),
    ...kind,
  };
}
