/** The shared stages of an experiment, from the events of `stages.jsonl`. */
import type { TaskSpec } from '../../../core/experiment/schema';
import type { StageView } from '../../../core/protocol/data';
import type { StageEvent, StageKind } from '../../../core/run/events';
import { stagesOf } from '../../../launch/stages';

export const STAGE_LABELS: Readonly<Record<StageKind, string>> = {
  data: 'Preference data',
  sft: 'Reference policy (SFT)',
  golden: 'Golden preference model',
  relabelled: 'Golden labels',
  proxy: 'Proxy preference model',
  'golden-policy': 'Golden policy (opponent)',
};

/** All stages that the task needs, in their order. `isActive`: a process is at work on the experiment. */
export function stageViews(task: TaskSpec, events: readonly StageEvent[], isActive: boolean): StageView[] {
  const latest = new Map(events.map((event) => [event.kind, event]));
  return stagesOf(task).map(({ kind }) => {
    const event = latest.get(kind);
    if (event === undefined) return { kind, state: 'waiting', fraction: 0 };
    // What a killed process began is not going on.
    if (event.state === 'computing' && !isActive) return { kind, state: 'waiting', fraction: event.fraction, message: 'interrupted' };
    return { kind, state: event.state, fraction: event.fraction, ...(event.message === undefined ? {} : { message: event.message }) };
  });
}

export const isDone = (stage: StageView): boolean => stage.state === 'done' || stage.state === 'cached';

/** 0 to 1 over all stages; 1 where there are none. */
export function stagesFraction(stages: readonly StageView[]): number {
  if (stages.length === 0) return 1;
  return stages.reduce((sum, stage) => sum + (isDone(stage) ? 1 : stage.fraction), 0) / stages.length;
}

export const sameStages = (a: readonly StageView[], b: readonly StageView[]): boolean => JSON.stringify(a) === JSON.stringify(b);
