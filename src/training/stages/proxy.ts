/** Stage 5: the proxy preference model, learnt from D_golden alone; it labels the online arms (App. A). */
import path from 'node:path';
import { VALIDATION_SHARE } from '../../core/experiment/procedure';
import { RandomStream } from '../../core/random';
import { createWeights } from '../policy/weights';
import { learnedModel, preferenceShapeOf, type LearnedModel } from '../preference/model';
import { accuracyOf, trainPreferenceModel } from '../preference/train';
import type { Facts, OnFraction, Pipeline } from './pipeline';
import { round } from './sft';
import { readWeights, writeWeights } from './weightsFile';

const WEIGHTS = 'proxy.safetensors';
export const PROXY_TRAINING = { batchPairs: 64, learningRate: 3e-3, weightDecay: 0.3, validationShare: VALIDATION_SHARE.proxy };

export async function computeProxy(pipeline: Pipeline, folder: string, onFraction: OnFraction): Promise<Facts> {
  const { train, heldOut } = await pipeline.relabelled();
  const shape = preferenceShapeOf(pipeline.shape);
  const { dataSeed, proxySteps } = pipeline.config.stages;
  const random = RandomStream.of(dataSeed, 'proxy');
  const training = { ...PROXY_TRAINING, steps: proxySteps, onProgress: onFraction };
  const trained = await trainPreferenceModel(createWeights(shape, random), shape, train, training, random);
  writeWeights(path.join(folder, WEIGHTS), trained.weights);
  return {
    heldOutAccuracy: round(accuracyOf(trained.weights, shape, heldOut)),
    heldOutPairs: heldOut.chosen.rows,
    trainAccuracy: round(accuracyOf(trained.weights, shape, train)),
    bestStep: trained.bestStep,
  };
}

export function loadProxy(pipeline: Pipeline, folder: string): LearnedModel {
  const shape = preferenceShapeOf(pipeline.shape);
  return learnedModel(readWeights(path.join(folder, WEIGHTS), shape), shape);
}
