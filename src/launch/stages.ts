/** Which shared stage waits for which: the one table from which the queue takes its order. */
import { STAGE_KINDS, type StageKind } from '../core/run/events';
import type { TaskSpec } from '../core/experiment/schema';

/**
 * The pipeline of Tang et al. 2024, Fig. 2: what each stage reads. Both preference models begin from the reference policy's
 * body; the golden policy comes after the proxy because the proxy scores its stored responses (proxy win rate).
 */
export const STAGE_NEEDS: Readonly<Record<StageKind, readonly StageKind[]>> = {
  data: [],
  sft: ['data'],
  golden: ['data', 'sft'],
  relabelled: ['data', 'golden'],
  proxy: ['sft', 'relabelled'],
  'golden-policy': ['sft', 'golden', 'proxy'],
};

/** What every policy run needs; with the table above, all stages. */
export const RUN_NEEDS: readonly StageKind[] = ['golden-policy'];

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
