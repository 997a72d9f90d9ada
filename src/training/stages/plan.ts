/**
 * Which shared stages a run needs, and their digests. A stage's inputs name only what shapes it: two runs that differ in
 * arm, β, learning rate or seed share all of them.
 */
import { STAGE_KINDS, type StageKind } from '../../core/run/events';
import type { RunConfig } from '../../core/experiment/config';
import { STAGE_NEEDS } from '../../core/experiment/stages';
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

export type StagePlan = Readonly<Record<StageKind, PlannedStage>>;

export function planStages(config: RunConfig, task: Task, backend: BackendInfo): StagePlan {
  const plan: Partial<Record<StageKind, PlannedStage>> = {};
  for (const kind of STAGE_KINDS) {
    const inputs = {
      kind,
      version: PIPELINE_VERSION,
      // Weights differ in the last digits between backends: sharing them would break byte-identical repeats.
      engine: { backend: backend.name, kernels: backend.kernels, tfjs: backend.version },
      seed: config.stages.dataSeed,
      parents: STAGE_NEEDS[kind].map((parent) => plan[parent]?.digest),
      settings: stageSettings(kind, config, task),
    };
    plan[kind] = { kind, digest: digestOf(inputs), inputs };
  }
  return plan as StagePlan;
}

function stageSettings(kind: StageKind, config: RunConfig, task: Task): unknown {
  const { stages, policy, evaluation } = config;
  switch (kind) {
    case 'data':
      return { task: task.name, fingerprint: task.fingerprint, pairs: stages.pairs, pretrainingResponses: stages.pretrainingResponses, heldOut: heldOutPairs(config) };
    case 'sft':
      return { policy, pretrainingSteps: stages.pretrainingSteps, sftSteps: stages.sftSteps };
    case 'golden':
      return task.goldenScores ? { rule: task.fingerprint } : { policy, steps: stages.goldenSteps };
    case 'relabelled':
      return {};
    case 'proxy':
      return { policy, steps: stages.proxySteps };
    case 'golden-policy':
      return {
        steps: stages.goldenPolicySteps,
        beta: stages.goldenPolicyBeta,
        learningRate: stages.goldenPolicyLearningRate,
        batchSize: config.batchSize,
        evaluationPrompts: evaluation.prompts,
      };
  }
}

/** Held-out pairs serve both the classification accuracy and, through their prompts, the win rate and the KL. */
export const heldOutPairs = (config: RunConfig): number => Math.max(config.evaluation.prompts, config.evaluation.pairs);
