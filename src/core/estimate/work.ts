/**
 * What each stage and run does, counted, times what that costs. The counts follow src/training/stages and src/training/run:
 * whoever changes what those do changes the line here.
 */
import type { RunConfig } from '../experiment/config';
import { TRAIN_PAIRS_EVALUATED, VALIDATION_SHARE, VALIDATIONS } from '../experiment/procedure';
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

/** Of a shared stage that has to be computed. */
export function stageCost(kind: StageKind, { stages, batchSize, evaluation }: RunConfig, costs: StudyCosts): JobCost {
  const { start, pairs, forwardRow, scoredRow, evaluatedRow } = costs;
  const training = start + costs.warmUp;
  const prompts = Math.min(evaluation.prompts, pairs.heldOut);
  switch (kind) {
    case 'data':
      return jobCost(0, 0, start + costs.data);
    case 'sft':
      return jobCost(stages.pretrainingSteps + stages.sftSteps, costs.languageModelStep, training + 2 * pairs.heldOut * forwardRow);
    case 'golden':
      return jobCost(stages.goldenSteps, costs.preferenceStep.golden ?? 0, training + validation('golden', costs) + 2 * pairs.heldOut * scoredRow.golden);
    case 'relabelled':
      return jobCost(0, 0, start + 2 * (pairs.train + pairs.heldOut) * scoredRow.golden);
    case 'proxy':
      return jobCost(stages.proxySteps, costs.preferenceStep.proxy, training + validation('proxy', costs) + 2 * (pairs.train + pairs.heldOut) * scoredRow.proxy);
    case 'golden-policy':
      return jobCost(stages.goldenPolicySteps, onlineStep(batchSize, 'golden', costs), training + 2 * prompts * (evaluatedRow + scoredRow.golden));
  }
}

const validation = (judge: Judge, { pairs, scoredRow }: StudyCosts): number => VALIDATIONS * 2 * VALIDATION_SHARE[judge] * pairs.train * scoredRow[judge];

/** Two responses to each prompt, judged, their reference log-probabilities, and the update on them. */
const onlineStep = (batchSize: number, judge: Judge, { sampledRow, scoredRow, forwardRow, updateStep }: StudyCosts): number =>
  2 * batchSize * (sampledRow + scoredRow[judge] + forwardRow) + updateStep;

/** Of a policy run that goes on from step `from`. */
export function runCost(config: RunConfig, costs: StudyCosts, from = 0): JobCost {
  const step = config.sampling === 'online' ? onlineStep(config.batchSize, 'proxy', costs) : costs.updateStep;
  const checkpoints = config.checkpointSteps.filter((at) => at > from || from === 0).length;
  return jobCost(Math.max(0, config.steps - from), step, costs.start + costs.warmUp + preparation(config, costs) + checkpoints * checkpoint(config, costs));
}

/** What depends on the frozen reference alone, measured once a run; an offline arm wants it of every training pair. */
function preparation(config: RunConfig, costs: StudyCosts): number {
  const { prompts, heldOut, train } = evaluated(config, costs);
  const labelled = config.sampling === 'offline' ? costs.pairs.train : 0;
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
