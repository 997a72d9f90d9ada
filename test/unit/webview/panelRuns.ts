/** Runs as the panel has them, for the view-models. */
import { decodeRun, encodeRun, type PanelRun } from '../../../src/core/protocol';
import type { Estimate, MetricName } from '../../../src/core/run/metrics';
import { METRICS } from '../../../src/core/run/metrics';
import type { Run } from '../../../src/core/run/types';
import { syntheticStudy, type StudyOptions } from '../../fixtures/study';

export const study = (options?: StudyOptions): PanelRun[] => syntheticStudy(options).map((run) => decodeRun(encodeRun(run)));

/** A run that holds exactly these numbers: one row a checkpoint. */
export function panelRun(change: Partial<PanelRun>, rows: readonly ({ step: number } & Partial<Record<MetricName, number>>)[] = []): PanelRun {
  const head: Omit<Run, 'config' | 'environment' | 'checkpoints'> & { group: string } = {
    id: 'run', name: 'run', experiment: 'e', path: '/e/run', source: 'alignment-gap', status: 'finished', arm: '', sampling: 'unknown', objective: 'ipo', warnings: [], group: 'run',
  };
  return {
    ...head,
    ...change,
    checkpoints: rows.map(({ step, ...values }) => ({
      step,
      metrics: Object.fromEntries(Object.entries(values).map(([name, value]): [string, Estimate] => [name, { value, unit: METRICS[name as MetricName].unit, from: [name] }])),
    })),
  };
}
