/**
 * Which shared stages a run needs, and their digests. A stage's inputs name only what shapes it: two runs that differ in
 * arm, β, learning rate or seed share all of them.
 */
import type { StageKind } from '../../core/run/events';
import type { RunConfig } from '../../core/experiment/config';
import type { PolicyShape } from '../../core/experiment/schema';
import { hasOwnOpponent, recordedRun, stageKinds, stageNeeds } from '../../core/experiment/stages';
import type { BackendInfo } from '../backend/start';
import type { Task } from '../tasks/task';
import { digestOf } from './artefacts';

/** Raised whenever a stage computes something else from the same inputs: old artefacts are then left alone. */
const PIPELINE_VERSION = 4;

export interface PlannedStage {
  readonly kind: StageKind;
  readonly digest: string;
  readonly inputs: unknown;
}

/** Those that the run needs. */
export type StagePlan = Readonly<Partial<Record<StageKind, PlannedStage>>>;

export function planStages(config: RunConfig, task: Task, backend: BackendInfo): StagePlan {
  const plan: Partial<Record<StageKind, PlannedStage>> = {};
  for (const kind of stageKinds(config)) {
    const inputs = {
      // The opponent's reference policy is the one that a run of that size begins from: they share a folder.
      kind: kind === 'opponent-sft' ? 'sft' : kind,
      version: PIPELINE_VERSION,
      // Weights differ in the last digits between backends: sharing them would break byte-identical repeats.
      engine: { backend: backend.name, kernels: backend.kernels, tfjs: backend.version },
      seed: isOfSeed(kind) ? config.seed : config.stages.dataSeed,
      parents: stageNeeds(kind, config).map((parent) => plan[parent]?.digest),
      settings: stageSettings(kind, config, task),
    };
    plan[kind] = { kind, digest: digestOf(inputs), inputs };
  }
  return plan;
}

/** What is recorded belongs to one seed of the arms; all else is shared by the seeds. */
const isOfSeed = (kind: StageKind): boolean => kind === 'recording' || kind === 'policy-data';

function stageSettings(kind: StageKind, config: RunConfig, task: Task): unknown {
  const { stages, policy, evaluation } = config;
  switch (kind) {
    case 'data':
      return { task: task.name, fingerprint: task.fingerprint, pairs: stages.pairs, pretrainingResponses: stages.pretrainingResponses, heldOut: heldOutPairs(config) };
    case 'sft':
      return { policy, pretrainingSteps: stages.pretrainingSteps, sftSteps: stages.sftSteps };
    case 'opponent-sft':
      return { policy: opponentShape(config), pretrainingSteps: stages.pretrainingSteps, sftSteps: stages.sftSteps };
    case 'golden':
      return task.goldenScores ? { rule: task.fingerprint } : { policy: opponentShape(config), steps: stages.goldenSteps };
    case 'relabelled':
      return {};
    case 'proxy':
      return { policy: stages.proxyPolicy ?? policy, steps: stages.proxySteps, pairs: stages.proxyPairs };
    case 'golden-policy':
      return {
        steps: stages.goldenPolicySteps,
        beta: stages.goldenPolicyBeta,
        learningRate: stages.goldenPolicyLearningRate,
        batchSize: config.batchSize,
        evaluationPrompts: evaluation.prompts,
      };
    case 'recording':
      return { run: recordedRun(config), batchSize: config.batchSize };
    case 'policy-data':
      return { policies: config.data?.kind === 'policies' ? config.data.policies.map(({ step }) => step) : [] };
  }
}

/** The size of the golden policy, and from which the golden preference model's is derived. */
export const opponentShape = (config: RunConfig): PolicyShape => (hasOwnOpponent(config) ? (config.stages.opponentPolicy ?? config.policy) : config.policy);

/** Held-out pairs serve both the classification accuracy and, through their prompts, the win rate and the KL. */
export const heldOutPairs = (config: RunConfig): number => Math.max(config.evaluation.prompts, config.evaluation.pairs);
