/** One gradient step of the policy on a labelled batch. */
import type { Objective } from '../../core/experiment/schema';
import { tf } from '../backend/tensorflow';
import { bestOf2Loss } from '../objectives/bestOf2';
import { onPolicyKlLoss } from '../objectives/onPolicyKl';
import { preferenceLoss, readsBothSides } from '../objectives/registry';
import { rlooLoss } from '../objectives/rloo';
import { feedNamed, floats, type Feed, type Feeds, type FeedTensors, type LossProgram } from '../optimiser/program';
import { responseFeeds, sequenceLogProbabilitiesFrom } from '../policy/logProbabilities';
import type { Trainer } from '../optimiser/trainer';
import type { TransformerShape } from '../policy/shape';
import type { TransformerWeights } from '../policy/weights';
import { concatRows, responseLengths, type TokenRows } from '../rows';
import type { BySide, LabelledBatch } from '../sources/batch';

export interface UpdateSettings {
  readonly shape: TransformerShape;
  readonly objective: Objective;
  readonly beta: number;
  /** Weight of KL(π‖π_ref) on the batch's on-policy samples; absent: they are not part of the loss. */
  readonly onPolicyKl?: number;
  /** Computes log π_ref within the step, from these weights, instead of reading it from the batch. */
  readonly reference?: TransformerWeights;
}

export interface UpdateOutcome {
  readonly loss: number;
  /** Mean h = (log π/π_ref)(chosen) − (log π/π_ref)(rejected) of the batch before the step, nats; absent for Best-of-2, which has none. */
  readonly margin?: number;
  /** Mean |log π/π_generator| of the batch's responses before the step, nats per sequence, where their generator is known. */
  readonly offPolicyness?: number;
  /** Response tokens in the loss, end tokens included. */
  readonly tokens: number;
}

type Loss = Pick<UpdateSettings, 'objective' | 'onPolicyKl'>;

/** Best-of-2 alone has no reference policy in its loss. */
export const readsReference = ({ objective, onPolicyKl }: Loss): boolean => readsBothSides(objective) || onPolicyKl !== undefined;

/** A loss over rows of `updateFeeds`. */
export function policyProgram(settings: UpdateSettings): LossProgram {
  const { shape, objective, beta, onPolicyKl, reference } = settings;
  return {
    name: `${objective}, β = ${beta}${onPolicyKl === undefined ? '' : `, λ = ${onPolicyKl}`}`,
    ...(reference && readsReference(settings) ? { frozen: reference } : {}),
    loss: (weights, feeds, { frozen, observe }) => {
      const policy = sequenceLogProbabilitiesFrom(weights, shape, feeds);
      observeOffPolicyness(policy, feeds, observe);
      const ratios = readsReference(settings)
        ? tf.sub<tf.Tensor1D>(policy, reference ? sequenceLogProbabilitiesFrom(frozen, shape, feeds) : feedNamed<tf.Tensor1D>(feeds, 'reference'))
        : policy;
      const parts = partsOf(settings, policy, ratios);
      if (parts.rejected) observe('margin', tf.mean<tf.Scalar>(tf.sub(parts.chosenRatio, parts.rejected)));
      const loss = objectiveLoss(objective, parts, feeds, beta);
      return onPolicyKl === undefined || !parts.samples ? loss : tf.add<tf.Scalar>(loss, tf.mul(onPolicyKlLoss(parts.samples), onPolicyKl));
    },
  };
}

interface Parts {
  /** log π; all else is log π/π_ref. */
  readonly chosen: () => tf.Tensor1D;
  readonly chosenRatio: tf.Tensor1D;
  readonly rejected?: tf.Tensor1D;
  readonly samples?: tf.Tensor1D;
}

/** The rows are as many chosen responses as rejected ones and on-policy samples, in this order and where the loss has them. */
function partsOf(loss: Loss, policy: tf.Tensor1D, ratios: tf.Tensor1D): Parts {
  const count = 1 + Number(readsBothSides(loss.objective)) + Number(loss.onPolicyKl !== undefined);
  const split = tf.split<tf.Tensor1D>(ratios, count);
  const [chosenRatio = ratios] = split;
  const [rejected, samples] = readsBothSides(loss.objective) ? [split[1], split[2]] : [undefined, split[1]];
  return { chosen: () => tf.slice(policy, 0, policy.size / count), chosenRatio, ...(rejected ? { rejected } : {}), ...(samples ? { samples } : {}) };
}

function objectiveLoss(objective: Objective, { chosen, chosenRatio, rejected = chosenRatio }: Parts, feeds: FeedTensors, beta: number): tf.Scalar {
  switch (objective) {
    case 'best-of-2':
      return bestOf2Loss(chosen());
    case 'rloo':
      return rlooLoss(chosenRatio, rejected, feedNamed<tf.Tensor1D>(feeds, 'rewardMargin'), beta);
    case 'ipo':
    case 'ipo-azar':
    case 'dpo':
    case 'slic':
      return preferenceLoss(objective, { chosen: chosenRatio, rejected }, beta);
  }
}

function observeOffPolicyness(policy: tf.Tensor1D, feeds: FeedTensors, observe: (name: string, value: tf.Scalar) => void): void {
  const generator = feeds.generator as tf.Tensor1D | undefined;
  if (generator) observe('offPolicyness', tf.mean<tf.Scalar>(tf.abs(tf.sub(tf.slice(policy, 0, generator.size), generator))));
}

/** `responseFeeds` of the rows in the loss, `reference` [rows], `generator` [rows of pairs] and `rewardMargin` [pairs], where the batch has them. */
export function updateFeeds(shape: TransformerShape, batch: LabelledBatch, loss: Loss): Feeds {
  const { reference, generator, rewards, onPolicy } = batch;
  const sides = (values: BySide): Float32Array[] => (readsBothSides(loss.objective) ? [values.chosen, values.rejected] : [values.chosen]);
  const withReference = reference && readsReference(loss);
  return {
    ...responseFeeds(shape, rowsInLoss(batch, loss).reduce(concatRows)),
    ...(withReference ? { reference: joined([...sides(reference), ...(onPolicy?.reference ? [onPolicy.reference] : [])]) } : {}),
    ...(generator ? { generator: joined(sides(generator)) } : {}),
    ...(rewards && loss.objective === 'rloo' ? { rewardMargin: floats(rewards.chosen.map((reward, i) => reward - (rewards.rejected[i] ?? 0))) } : {}),
  };
}

function rowsInLoss({ pairs, onPolicy }: LabelledBatch, { objective, onPolicyKl }: Loss): TokenRows[] {
  return [pairs.chosen, ...(readsBothSides(objective) ? [pairs.rejected] : []), ...(onPolicy && onPolicyKl !== undefined ? [onPolicy.samples] : [])];
}

function joined(parts: readonly Float32Array[]): Feed {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return floats(whole);
}

export async function updatePolicy(trainer: Trainer, settings: Loss & { readonly shape: TransformerShape }, batch: LabelledBatch, learningRate: number): Promise<UpdateOutcome> {
  const { loss, observed } = await trainer.step(updateFeeds(settings.shape, batch, settings), learningRate);
  const { margin, offPolicyness } = observed;
  return {
    loss,
    ...(margin === undefined ? {} : { margin }),
    ...(offPolicyness === undefined ? {} : { offPolicyness }),
    tokens: rowsInLoss(batch, settings).flatMap((rows) => [...responseLengths(rows)]).reduce((sum, length) => sum + length, 0),
  };
}
