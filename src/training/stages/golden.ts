/**
 * Stage 3: the golden preference model, which stands in for the human. A built-in task has a hidden rule; for the user's own
 * pairs it is learnt from the human labels, and its held-out accuracy says how far to trust everything judged by it.
 */
import path from 'node:path';
import { VALIDATION_SHARE } from '../../core/experiment/procedure';
import { RandomStream } from '../../core/random';
import { createWeights } from '../policy/weights';
import { learnedModel, preferenceShapeOf, ruleModel, type PreferenceModel } from '../preference/model';
import { accuracyOf, trainPreferenceModel } from '../preference/train';
import type { Facts, OnFraction, Pipeline } from './pipeline';
import { round } from './sft';
import { readWeights, writeWeights } from './weightsFile';

const WEIGHTS = 'golden.safetensors';
export const GOLDEN_TRAINING = { batchPairs: 32, learningRate: 1e-3, weightDecay: 0.3, validationShare: VALIDATION_SHARE.golden };

export async function computeGolden(pipeline: Pipeline, folder: string, onFraction: OnFraction): Promise<Facts> {
  const { task, config } = pipeline;
  if (task.goldenScores) return { form: 'rule' };
  const data = await pipeline.data();
  // One layer from fresh weights: on 1,600 real pairs a body taken from the reference policy, and a second layer, only learnt
  // the training pairs by heart (held-out accuracy 0.50 against 0.55, docs/data.md).
  const shape = preferenceShapeOf(pipeline.opponentShape);
  const random = RandomStream.of(config.stages.dataSeed, 'golden');
  const training = { ...GOLDEN_TRAINING, steps: config.stages.goldenSteps, onProgress: onFraction };
  const trained = await trainPreferenceModel(createWeights(shape, random), shape, data.train, training, random);
  writeWeights(path.join(folder, WEIGHTS), trained.weights);
  return {
    form: 'learned',
    heldOutAccuracy: round(accuracyOf(trained.weights, shape, data.heldOut)),
    heldOutPairs: data.heldOut.chosen.rows,
    validationAccuracy: round(trained.validationAccuracy),
    bestStep: trained.bestStep,
  };
}

export function loadGolden(pipeline: Pipeline, folder: string): PreferenceModel {
  const { task } = pipeline;
  if (task.goldenScores) return ruleModel(task.goldenScores);
  const shape = preferenceShapeOf(pipeline.opponentShape);
  return learnedModel(readWeights(path.join(folder, WEIGHTS), shape), shape);
}
