/** Maximum-likelihood training of a point-wise preference model on labelled pairs, stopped by validation accuracy (App. A.3). */
import { VALIDATIONS } from '../../core/experiment/procedure';
import type { RandomStream } from '../../core/random';
import { tf } from '../backend/tensorflow';
import { bradleyTerryLoss } from '../objectives/bradleyTerry';
import type { LossProgram } from '../optimiser/program';
import { createTrainer, type Trainer } from '../optimiser/trainer';
import { scoreFeeds, scoreRowsFrom, scoresOf } from '../policy/score';
import type { TransformerShape } from '../policy/shape';
import { copyWeights, disposeWeights, type TransformerWeights } from '../policy/weights';
import { concatRows, takeRows, type PreferencePairs } from '../rows';
import { pairwiseAccuracy } from '../evaluation/accuracy';

export interface PreferenceTraining {
  readonly steps: number;
  readonly batchPairs: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Share of the pairs on which nothing is trained and by which the best step is chosen. */
  readonly validationShare: number;
  readonly onProgress: (fraction: number) => Promise<void>;
}

export interface TrainedPreference {
  readonly weights: TransformerWeights;
  /** Fraction of the validation pairs ordered rightly at the chosen step. */
  readonly validationAccuracy: number;
  readonly bestStep: number;
}

/**
 * `initial` is trained in place and disposed of; the result is a copy of its best step. The learning rate falls linearly to zero; weight decay is decoupled.
 */
export async function trainPreferenceModel(
  weights: TransformerWeights,
  shape: TransformerShape,
  pairs: PreferencePairs,
  training: PreferenceTraining,
  random: RandomStream,
): Promise<TrainedPreference> {
  const order = random.permutation(pairs.chosen.rows);
  const validationCount = Math.max(1, Math.floor(order.length * training.validationShare));
  const validation = takePairs(pairs, order.subarray(0, validationCount));
  const trained = takePairs(pairs, order.subarray(validationCount));
  const trainer = preferenceTrainer(weights, shape, training);
  const every = Math.max(1, Math.floor(training.steps / VALIDATIONS));
  let best: { weights: TransformerWeights; accuracy: number; step: number } | undefined;
  for (let step = 1; step <= training.steps; step += 1) {
    const batch = takePairs(trained, sampleIndices(trained.chosen.rows, training.batchPairs, random));
    const rate = training.learningRate * (1 - (step - 1) / training.steps);
    await trainer.step(scoreFeeds(shape, concatRows(batch.chosen, batch.rejected)), rate);
    if (step % every === 0 || step === training.steps) {
      const accuracy = accuracyOf(trainer.weights, shape, validation);
      if (!best || accuracy > best.accuracy) {
        if (best) disposeWeights(best.weights);
        best = { weights: copyWeights(trainer.weights), accuracy, step };
      }
      await training.onProgress(step / training.steps);
    }
  }
  await trainer.dispose();
  disposeWeights(weights);
  if (!best) throw new Error('a preference model needs at least one training step');
  return { weights: best.weights, validationAccuracy: best.accuracy, bestStep: best.step };
}

export const preferenceTrainer = (weights: TransformerWeights, shape: TransformerShape, { weightDecay }: Pick<PreferenceTraining, 'weightDecay'>): Trainer =>
  createTrainer({ program: preferenceProgram(shape), weights, settings: { weightDecay, clipNorm: 5 } });

/** Bradley–Terry over rows of `scoreFeeds`: first all chosen responses, then the rejected ones in the same order. */
export const preferenceProgram = (shape: TransformerShape): LossProgram => ({
  name: 'Bradley–Terry',
  loss: (weights, feeds) => {
    const [chosen, rejected] = tf.split(scoreRowsFrom(weights, shape, feeds), 2) as [tf.Tensor1D, tf.Tensor1D];
    return bradleyTerryLoss(chosen, rejected);
  },
});

export const accuracyOf = (weights: TransformerWeights, shape: TransformerShape, pairs: PreferencePairs): number =>
  pairwiseAccuracy(scoresOf(weights, shape, pairs.chosen), scoresOf(weights, shape, pairs.rejected));

export const takePairs = (pairs: PreferencePairs, indices: ArrayLike<number>): PreferencePairs => ({
  chosen: takeRows(pairs.chosen, indices),
  rejected: takeRows(pairs.rejected, indices),
});

/** As many of them as there are. */
export const firstPairs = (pairs: PreferencePairs, count: number): PreferencePairs =>
  takePairs(pairs, Int32Array.from({ length: Math.min(count, pairs.chosen.rows) }, (_, i) => i));

function sampleIndices(count: number, size: number, random: RandomStream): Int32Array {
  return Int32Array.from({ length: size }, () => random.integer(count));
}
