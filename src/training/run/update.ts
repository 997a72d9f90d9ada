/** One gradient step of the policy on a labelled batch. */
import { tf } from '../backend/tensorflow';
import { preferenceLoss } from '../objectives/registry';
import type { Adam } from '../optimiser/adam';
import { gradientStep } from '../optimiser/gradientStep';
import { sequenceLogProbabilities } from '../policy/logProbabilities';
import type { TransformerShape } from '../policy/shape';
import type { TransformerWeights } from '../policy/weights';
import { concatRows, responseMask } from '../rows';
import type { LabelledBatch } from './batches';

export interface UpdateSettings {
  readonly shape: TransformerShape;
  readonly objective: 'ipo';
  readonly beta: number;
  readonly learningRate: number;
}

export interface UpdateOutcome {
  readonly loss: number;
  /** Mean h = (log π/π_ref)(chosen) − (log π/π_ref)(rejected) of the batch before the step, nats. */
  readonly margin: number;
  /** Response tokens in the batch, both sides, end tokens included. */
  readonly tokens: number;
}

/** A policy in training: its weights are changed in place by its optimiser. */
export interface Learner {
  readonly weights: TransformerWeights;
  readonly adam: Adam;
}

export function updatePolicy({ weights, adam }: Learner, batch: LabelledBatch, settings: UpdateSettings): UpdateOutcome {
  const rows = concatRows(batch.pairs.chosen, batch.pairs.rejected);
  let margin = 0;
  const { loss } = gradientStep(() => {
    const [chosen, rejected] = tf.split(sequenceLogProbabilities(weights, settings.shape, rows), 2) as [tf.Tensor1D, tf.Tensor1D];
    const ratioChosen = tf.sub<tf.Tensor1D>(chosen, tf.tensor1d(batch.referenceChosen));
    const ratioRejected = tf.sub<tf.Tensor1D>(rejected, tf.tensor1d(batch.referenceRejected));
    margin = tf.tidy(() => tf.mean(tf.sub(ratioChosen, ratioRejected)).dataSync()[0] ?? Number.NaN);
    return preferenceLoss(settings.objective, { chosen: ratioChosen, rejected: ratioRejected }, settings.beta);
  }, weights, adam, settings.learningRate);
  return { loss, margin, tokens: responseMask(rows).reduce((sum, m) => sum + m, 0) };
}
