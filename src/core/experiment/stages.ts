/** Which shared stages a run needs, and which stage reads which (Tang et al. 2024, Fig. 2): digests and the launch queue both follow this file. */
import { STAGE_KINDS, type StageKind } from '../run/events';
import type { RecordedRun, RunConfig } from './config';
import type { PolicyShape } from './schema';

/** What of a configuration says so. */
export type StagedConfig = Pick<RunConfig, 'task' | 'policy' | 'stages' | 'seed' | 'data'>;

/** The kinds of stages of a run, in an order that respects their needs. */
export const stageKinds = (config: StagedConfig): StageKind[] => STAGE_KINDS.filter((kind) => isNeeded(kind, config));

function isNeeded(kind: StageKind, config: StagedConfig): boolean {
  switch (kind) {
    case 'data':
    case 'sft':
    case 'golden':
    case 'relabelled':
    case 'proxy':
    case 'golden-policy':
      return true;
    case 'opponent-sft':
      return hasOwnOpponent(config);
    case 'recording':
      return recordedRun(config) !== undefined;
    case 'policy-data':
      return config.data?.kind === 'policies';
  }
}

/** The stages that one reads directly. */
export function stageNeeds(kind: StageKind, config: StagedConfig): readonly StageKind[] {
  switch (kind) {
    case 'data':
      return [];
    // Both preference models begin from fresh weights, so they can be learnt while the policy is.
    case 'sft':
    case 'golden':
    case 'opponent-sft':
      return ['data'];
    case 'relabelled':
      return ['data', 'golden'];
    case 'proxy':
      return ['relabelled'];
    case 'golden-policy':
      return [hasOwnOpponent(config) ? 'opponent-sft' : 'sft', 'golden', 'relabelled'];
    case 'recording':
      return ['sft', 'relabelled', 'proxy'];
    case 'policy-data':
      return ['sft', 'golden', 'relabelled', ...(recordedRun(config) ? (['recording'] as const) : [])];
  }
}

/** A golden policy of another size than the policy begins from a reference policy of its own size. */
export const hasOwnOpponent = ({ policy, stages: { opponentPolicy } }: StagedConfig): boolean => opponentPolicy !== undefined && !sameShape(policy, opponentPolicy);

function sameShape(a: PolicyShape, b: PolicyShape): boolean {
  return a.width === b.width && a.layers === b.layers && a.heads === b.heads && a.feedForward === b.feedForward && a.block === b.block;
}

/** The online run that the run's data is made of; the reference policy alone writes pairs without one. */
export function recordedRun({ data }: Pick<RunConfig, 'data'>): RecordedRun | undefined {
  const isTrained = data?.kind === 'policies' ? data.policies.some(({ step }) => step > 0) : data !== undefined;
  return isTrained ? data?.recording : undefined;
}

export interface PlannedStage {
  /** Unique in the experiment. */
  readonly id: string;
  readonly kind: StageKind;
  /** Which of its kind, where runs of one experiment need different ones. */
  readonly part?: string;
  /** Ids of stages. */
  readonly needs: readonly string[];
}

export const stageId = ({ kind, part }: Pick<PlannedStage, 'kind' | 'part'>): string => (part === undefined ? kind : `${kind} ${part}`);

/**
 * The stages of a run as jobs. A built-in task's golden preference is a rule: its `golden` stage trains nothing, drops out,
 * and lets the pairs be relabelled while SFT still runs.
 */
export function stagesOf(config: StagedConfig): PlannedStage[] {
  const isRule = (kind: StageKind): boolean => kind === 'golden' && typeof config.task === 'string';
  const idOf = (kind: StageKind): string => stageId({ kind, ...partOf(kind, config) });
  return stageKinds(config)
    .filter((kind) => !isRule(kind))
    .map((kind) => ({ id: idOf(kind), kind, ...partOf(kind, config), needs: stageNeeds(kind, config).filter((need) => !isRule(need)).map(idOf) }));
}

/** The stages of several runs of one experiment, each once. */
export function stagesOfAll(configs: readonly StagedConfig[]): PlannedStage[] {
  const stages = new Map(configs.flatMap(stagesOf).map((stage) => [stage.id, stage]));
  return [...stages.values()].sort((a, b) => STAGE_KINDS.indexOf(a.kind) - STAGE_KINDS.indexOf(b.kind));
}

/** What a run itself waits for; with the stages' own needs, all of them. The proxy labels online pairs and is measured in every run. */
export function runNeeds(config: StagedConfig): string[] {
  const own: readonly StageKind[] = ['proxy', 'golden-policy', 'recording', 'policy-data'];
  return stagesOf(config).filter(({ kind }) => own.includes(kind)).map(({ id }) => id);
}

function partOf(kind: StageKind, config: StagedConfig): { readonly part?: string } {
  const { data, seed, stages: { dataSeed } } = config;
  // Runs of one experiment may have stages of their own seed (`"dataSeed": "seed"`).
  if (kind !== 'recording' && kind !== 'policy-data') return dataSeed ? { part: `data ${dataSeed}` } : {};
  const run = recordedRun(config);
  const source = run === undefined ? `s${seed}` : `${run.objective}-b${run.beta}-lr${run.learningRate}-s${seed}`;
  if (kind === 'recording' || data?.kind !== 'policies') return { part: source };
  return { part: `${data.policies.map(({ name, step }) => (name === 'early' ? `early${step}` : name)).join('/')} ${source}` };
}
