/** One gradient step of the policy on a labelled batch. */
import { tf } from '../backend/tensorflow';
import { preferenceLoss } from '../objectives/registry';
import { feedNamed, floats, type Feeds, type LossProgram } from '../optimiser/program';
import { responseFeeds, sequenceLogProbabilitiesFrom } from '../policy/logProbabilities';
import type { Trainer } from '../optimiser/trainer';
import type { TransformerShape } from '../policy/shape';
import type { TransformerWeights } from '../policy/weights';
import { concatRows, responseLengths, type TokenRows } from '../rows';
import type { LabelledBatch } from './batches';

export interface UpdateSettings {
  readonly shape: TransformerShape;
  readonly objective: 'ipo';
  readonly beta: number;
  /** Computes log π_ref within the step, from these weights, instead of reading it from the batch. */
  readonly reference?: TransformerWeights;
}

export interface UpdateOutcome {
  readonly loss: number;
  /** Mean h = (log π/π_ref)(chosen) − (log π/π_ref)(rejected) of the batch before the step, nats. */
  readonly margin: number;
  /** Response tokens in the batch, both sides, end tokens included. */
  readonly tokens: number;
}

/** A preference loss over rows of `updateFeeds`: first all chosen responses, then the rejected ones in the same order. */
export function policyProgram({ shape, objective, beta, reference }: UpdateSettings): LossProgram {
  return {
    name: `${objective}, β = ${beta}`,
    ...(reference ? { frozen: reference } : {}),
    loss: (weights, feeds, { frozen, observe }) => {
      const [chosen, rejected] = halves(sequenceLogProbabilitiesFrom(weights, shape, feeds));
      const [referenceChosen, referenceRejected] = halves(reference ? sequenceLogProbabilitiesFrom(frozen, shape, feeds) : feedNamed<tf.Tensor1D>(feeds, 'reference'));
      const ratioChosen = tf.sub<tf.Tensor1D>(chosen, referenceChosen);
      const ratioRejected = tf.sub<tf.Tensor1D>(rejected, referenceRejected);
      observe('margin', tf.mean<tf.Scalar>(tf.sub(ratioChosen, ratioRejected)));
      return preferenceLoss(objective, { chosen: ratioChosen, rejected: ratioRejected }, beta);
    },
  };
}

const halves = (values: tf.Tensor1D): [tf.Tensor1D, tf.Tensor1D] => tf.split(values, 2) as [tf.Tensor1D, tf.Tensor1D];

/** `responseFeeds` of both sides and `reference` [rows], log π_ref, where the batch has it. */
export function updateFeeds(shape: TransformerShape, { pairs, reference }: LabelledBatch): Feeds {
  const rows = responseFeeds(shape, concatRows(pairs.chosen, pairs.rejected));
  return reference ? { ...rows, reference: floats(Float32Array.of(...reference.chosen, ...reference.rejected)) } : rows;
}

export async function updatePolicy(trainer: Trainer, shape: TransformerShape, batch: LabelledBatch, learningRate: number): Promise<UpdateOutcome> {
  const { loss, observed } = await trainer.step(updateFeeds(shape, batch), learningRate);
  const count = (rows: TokenRows): number => responseLengths(rows).reduce((sum, length) => sum + length, 0);
  return { loss, margin: observed.margin ?? Number.NaN, tokens: count(batch.pairs.chosen) + count(batch.pairs.rejected) };
}
