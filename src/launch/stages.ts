/** The shared stages as jobs of the queue. */
import { STAGE_KINDS, type StageKind } from '../core/run/events';
import type { TaskSpec } from '../core/experiment/schema';
import { STAGE_NEEDS } from '../core/experiment/stages';

/** What every policy run needs; with the table of needs, all stages. The proxy labels online pairs and is measured in every run. */
export const RUN_NEEDS: readonly StageKind[] = ['proxy', 'golden-policy'];

export interface PlannedStage {
  readonly kind: StageKind;
  readonly needs: readonly StageKind[];
}

/**
 * The stages of a task in an order that respects their needs. A built-in task's golden preference is a rule: its `golden`
 * stage trains nothing, drops out, and lets the pairs be relabelled while SFT still runs.
 */
export function stagesOf(task: TaskSpec): PlannedStage[] {
  const isRule = (kind: StageKind) => kind === 'golden' && typeof task === 'string';
  return STAGE_KINDS.filter((kind) => !isRule(kind)).map((kind) => ({ kind, needs: STAGE_NEEDS[kind].filter((need) => !isRule(need)) }));
}
