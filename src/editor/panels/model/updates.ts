/** What a dashboard has been sent, and what must follow it: only what changed. */
import { encodeRun, type HostToDashboard, type StageView } from '../../../core/protocol';
import type { Run } from '../../../core/run/types';
import { sameStages } from '../../runs/model/stages';

export interface DashboardContent {
  readonly runs: readonly Run[];
  readonly stages: readonly StageView[];
  /** Why there may be nothing to see. */
  readonly notice?: string;
}

/** Runs are compared by identity: a store hands over the same object while nothing has changed. */
export function updatesBetween(sent: DashboardContent, now: DashboardContent, readAt: number): HostToDashboard[] {
  const known = new Map(sent.runs.map((run) => [run.id, run]));
  const present = new Set(now.runs.map((run) => run.id));
  return [
    ...now.runs.filter((run) => known.get(run.id) !== run).map((run): HostToDashboard => ({ type: 'runChanged', run: encodeRun(run), readAt })),
    ...sent.runs.filter((run) => !present.has(run.id)).map((run): HostToDashboard => ({ type: 'runRemoved', id: run.id })),
    ...(sameStages(sent.stages, now.stages) ? [] : [{ type: 'stages', stages: now.stages } as const]),
  ];
}

/** Whether the gap may have moved: it depends on checkpoints and on which runs there are, not on progress between them. */
export function gapMayDiffer(sent: readonly Run[], now: readonly Run[]): boolean {
  const shape = (runs: readonly Run[]) => runs.map((run) => `${run.id} ${run.checkpoints.length}`).join('\n');
  return shape(sent) !== shape(now);
}
