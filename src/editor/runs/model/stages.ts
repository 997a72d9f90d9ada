/** The shared stages of an experiment, from the events of `stages.jsonl`. */
import { stageId, stagesOfAll, type StagedConfig } from '../../../core/experiment/stages';
import type { StageView } from '../../../core/protocol/data';
import type { StageEvent, StageKind } from '../../../core/run/events';
import type { Run } from '../../../core/run/types';

const STAGE_LABELS: Readonly<Record<StageKind, string>> = {
  data: 'Preference data',
  sft: 'Reference policy (SFT)',
  golden: 'Golden preference model',
  relabelled: 'Golden labels',
  proxy: 'Proxy preference model',
  'opponent-sft': 'Reference policy of the opponent (SFT)',
  'golden-policy': 'Golden policy (opponent)',
  recording: 'Recorded online run',
  'policy-data': 'Pairs written by policies',
};

/** `Recorded online run (ipo-b0.1-lr0.001-s1)` */
export const stageLabel = ({ kind, part }: Pick<StageView, 'kind' | 'part'>): string => `${STAGE_LABELS[kind]}${part === undefined ? '' : ` (${part})`}`;

/** What of runs says which stages they need; of a log that does not tell, nothing. */
export const stagedConfigs = (runs: readonly Run[]): StagedConfig[] =>
  runs.flatMap(({ config }) => (config.task === undefined ? [] : [{ ...config, stages: config.stages ?? {} } as unknown as StagedConfig]));

/** All stages that the runs need, in their order. `isActive`: a process is at work on the experiment. */
export function stageViews(configs: readonly StagedConfig[], events: readonly StageEvent[], isActive: boolean): StageView[] {
  const latest = new Map(events.map((event) => [stageId(event), event]));
  return stagesOfAll(configs).map(({ id, kind, part }) => {
    const event = latest.get(id);
    const named = { kind, ...(part === undefined ? {} : { part }) };
    if (event === undefined) return { ...named, state: 'waiting', fraction: 0 };
    // What a killed process began is not going on.
    if (event.state === 'computing' && !isActive) return { ...named, state: 'waiting', fraction: event.fraction, message: 'interrupted' };
    return { ...named, state: event.state, fraction: event.fraction, ...(event.message === undefined ? {} : { message: event.message }) };
  });
}

export const isDone = (stage: StageView): boolean => stage.state === 'done' || stage.state === 'cached';

/** 0 to 1 over all stages; 1 where there are none. */
export function stagesFraction(stages: readonly StageView[]): number {
  if (stages.length === 0) return 1;
  return stages.reduce((sum, stage) => sum + (isDone(stage) ? 1 : stage.fraction), 0) / stages.length;
}

export const sameStages = (a: readonly StageView[], b: readonly StageView[]): boolean => JSON.stringify(a) === JSON.stringify(b);
