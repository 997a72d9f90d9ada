/**
 * What each stage and run does, counted, times what that costs. The counts follow src/training/stages and src/training/run:
 * whoever changes what those do changes the line here.
 */
import type { RunConfig } from '../experiment/config';
import { TRAIN_PAIRS_EVALUATED, VALIDATION_SHARE, VALIDATIONS } from '../experiment/procedure';
import { recordedRun } from '../experiment/stages';
import type { StageKind } from '../run/events';
import type { StudyCosts } from './costs';

type Judge = keyof typeof VALIDATION_SHARE;

/** What a job takes, its steps and whatever else it does, in the seconds that its costs are in. */
export interface JobCost {
  /** Process start and all else included. */
  readonly seconds: number;
  /** Gradient steps; 0 where there are none. */
  readonly steps: number;
  readonly stepSeconds: number;
}

const jobCost = (steps: number, stepSeconds: number, other: number): JobCost => ({ seconds: steps * stepSeconds + other, steps, stepSeconds });

/** Of a shared stage that has to be computed. A golden policy of another size is taken to cost in proportion to its layers' parameters. */
export function stageCost(kind: StageKind, config: RunConfig, costs: StudyCosts): JobCost {
  const { stages, batchSize, evaluation } = config;
  const { start, pairs, forwardRow, scoredRow, evaluatedRow } = costs;
  const training = start + costs.warmUp;
  const prompts = Math.min(evaluation.prompts, pairs.heldOut);
  switch (kind) {
    case 'data':
      return jobCost(0, 0, start + costs.data);
    case 'sft':
    case 'opponent-sft': {
      const size = kind === 'sft' ? 1 : opponentSize(config);
      return jobCost(stages.pretrainingSteps + stages.sftSteps, size * costs.languageModelStep, training + 2 * size * pairs.heldOut * forwardRow);
    }
    case 'golden':
      return jobCost(stages.goldenSteps, costs.preferenceStep.golden ?? 0, training + validation('golden', costs) + 2 * pairs.heldOut * scoredRow.golden);
    case 'relabelled':
      return jobCost(0, 0, start + 2 * (pairs.train + pairs.heldOut) * scoredRow.golden);
    case 'proxy':
      return jobCost(stages.proxySteps, costs.preferenceStep.proxy, training + validation('proxy', costs) + 2 * (pairs.train + pairs.heldOut) * scoredRow.proxy);
    case 'golden-policy':
      return jobCost(stages.goldenPolicySteps, opponentSize(config) * onlineStep(batchSize, 'golden', costs), training + 2 * prompts * (opponentSize(config) * evaluatedRow + scoredRow.golden));
    case 'recording':
      return jobCost(recordedRun(config)?.steps ?? 0, onlineStep(batchSize, 'proxy', costs) + 2 * batchSize * forwardRow, training);
    case 'policy-data':
      return jobCost(0, 0, training + 2 * pairs.train * (evaluatedRow + forwardRow + scoredRow.golden));
  }
}

function opponentSize({ policy, stages: { opponentPolicy = policy } }: RunConfig): number {
  const parameters = ({ layers, width, feedForward }: RunConfig['policy']): number => layers * width * (4 * width + 2 * feedForward);
  return parameters(opponentPolicy) / parameters(policy);
}

const validation = (judge: Judge, { pairs, scoredRow }: StudyCosts): number => VALIDATIONS * 2 * VALIDATION_SHARE[judge] * pairs.train * scoredRow[judge];

/** Two responses to each prompt, judged, their reference log-probabilities, and the update on them. */
const onlineStep = (batchSize: number, judge: Judge, { sampledRow, scoredRow, forwardRow, updateStep }: StudyCosts): number =>
  2 * batchSize * (sampledRow + scoredRow[judge] + forwardRow) + updateStep;

/**
 * One step of a run. What was measured is a step on both sides of a batch: one that reads half or half as many rows again is taken
 * to cost so much less or more. Objectives differ in a few numbers a pair, which is nothing beside the policy's pass.
 */
function policyStep({ sampling, objective, batchSize, syncEvery = 1, onlineShare = 0, onPolicyKl }: RunConfig, costs: StudyCosts): number {
  const { sampledRow, scoredRow, forwardRow, updateStep } = costs;
  const isBoth = objective !== 'best-of-2';
  const update = updateStep * ((isBoth ? 1 : 0.5) + (onPolicyKl === undefined ? 0 : 0.5));
  const sampled = (pairs: number): number => 2 * pairs * (sampledRow + scoredRow.proxy + (isBoth ? forwardRow : 0));
  switch (sampling) {
    case 'online':
      return sampled(batchSize) + update;
    case 'semi-online':
      return sampled(batchSize) + 2 * batchSize * (syncEvery > 1 ? forwardRow : 0) + update;
    case 'mixed':
      return sampled(Math.round(onlineShare * batchSize)) + update;
    case 'offline':
      return update + (onPolicyKl === undefined ? 0 : batchSize * (sampledRow + forwardRow));
  }
}

/** Of a policy run that goes on from step `from`. */
export function runCost(config: RunConfig, costs: StudyCosts, from = 0): JobCost {
  const step = policyStep(config, costs);
  const checkpoints = config.checkpointSteps.filter((at) => at > from || from === 0).length;
  return jobCost(Math.max(0, config.steps - from), step, costs.start + costs.warmUp + preparation(config, costs) + checkpoints * checkpoint(config, costs));
}

/** What depends on the frozen reference alone, measured once a run; an offline arm wants it of every training pair. */
function preparation(config: RunConfig, costs: StudyCosts): number {
  const { prompts, heldOut, train } = evaluated(config, costs);
  const fixed = config.data?.kind === 'replay' ? config.data.recording.steps * config.batchSize : costs.pairs.train;
  const labelled = (config.sampling === 'offline' || config.sampling === 'mixed') && config.objective !== 'best-of-2' ? fixed : 0;
  return 2 * (labelled + heldOut + train) * costs.forwardRow + (2 * heldOut + prompts) * costs.scoredRow.proxy;
}

/** Two responses to each prompt, judged twice; the KL of the first ones, log π and log π_ref of the second; both sides of the pairs; and the state on the disk. */
function checkpoint(config: RunConfig, costs: StudyCosts): number {
  const { prompts, heldOut, train } = evaluated(config, costs);
  const { scoredRow, forwardRow, klRow, evaluatedRow, save } = costs;
  const generation = prompts * (2 * (evaluatedRow + scoredRow.golden + scoredRow.proxy + forwardRow) + klRow);
  return generation + 2 * (heldOut + train) * forwardRow + save;
}

/** No more is evaluated than the task has. */
const evaluated = ({ evaluation }: RunConfig, { pairs }: StudyCosts) => ({
  prompts: Math.min(evaluation.prompts, pairs.heldOut),
  heldOut: Math.min(evaluation.pairs, pairs.heldOut),
  train: Math.min(TRAIN_PAIRS_EVALUATED, pairs.train),
});
