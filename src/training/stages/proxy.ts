/** Stage 5: the proxy preference model, learnt from D_golden alone; it labels the online arms (App. A). */
import path from 'node:path';
import { VALIDATION_SHARE } from '../../core/experiment/procedure';
import { RandomStream } from '../../core/random';
import { createWeights } from '../policy/weights';
import { learnedModel, type LearnedModel } from '../preference/model';
import { accuracyOf, firstPairs, trainPreferenceModel } from '../preference/train';
import type { Facts, OnFraction, Pipeline } from './pipeline';
import { round } from './sft';
import { readWeights, writeWeights } from './weightsFile';

const WEIGHTS = 'proxy.safetensors';
export const PROXY_TRAINING = { batchPairs: 64, learningRate: 3e-3, weightDecay: 0.3, validationShare: VALIDATION_SHARE.proxy };

export async function computeProxy(pipeline: Pipeline, folder: string, onFraction: OnFraction): Promise<Facts> {
  const { train: all, heldOut } = await pipeline.relabelled();
  const { dataSeed, proxySteps, proxyPairs = all.chosen.rows } = pipeline.config.stages;
  // The first ones: a proxy of more pairs has seen all that one of fewer has.
  const train = firstPairs(all, proxyPairs);
  const shape = pipeline.proxyShape;
  const random = RandomStream.of(dataSeed, 'proxy');
  const training = { ...PROXY_TRAINING, steps: proxySteps, onProgress: onFraction };
  const trained = await trainPreferenceModel(createWeights(shape, random), shape, train, training, random);
  writeWeights(path.join(folder, WEIGHTS), trained.weights);
  return {
    heldOutAccuracy: round(accuracyOf(trained.weights, shape, heldOut)),
    heldOutPairs: heldOut.chosen.rows,
    trainAccuracy: round(accuracyOf(trained.weights, shape, train)),
    bestStep: trained.bestStep,
    trainPairs: train.chosen.rows,
  };
}

export function loadProxy(pipeline: Pipeline, folder: string): LearnedModel {
  const shape = pipeline.proxyShape;
  return learnedModel(readWeights(path.join(folder, WEIGHTS), shape), shape);
}
