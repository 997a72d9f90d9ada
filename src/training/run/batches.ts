/**
 * Where the pairs of a gradient step come from: that is the whole difference between the arms (§2).
 * Every draw comes from a stream named by seed and step, so a resumed run needs no generator state to repeat itself.
 */
import { RandomStream } from '../../core/random';
import { sequenceLogProbabilitiesOf } from '../policy/logProbabilities';
import { sampleResponses } from '../policy/sampler';
import type { TransformerShape } from '../policy/shape';
import type { TransformerWeights } from '../policy/weights';
import type { PreferenceModel } from '../preference/model';
import { takePairs } from '../preference/train';
import { concatRows, takeRows, type PreferencePairs, type TokenRows } from '../rows';

export interface LabelledBatch {
  readonly pairs: PreferencePairs;
  /** log π_ref of each side, nats per sequence, constant; absent where the step itself computes it. */
  readonly reference?: { readonly chosen: Float32Array; readonly rejected: Float32Array };
  /** Preference labels asked for to make this batch: 0 offline, one a pair online. */
  readonly labels: number;
}

export interface BatchSource {
  batch(step: number, policy: TransformerWeights): LabelledBatch;
}

export interface OnlineSettings {
  readonly shape: TransformerShape;
  /** For log π_ref of the samples; absent where the step itself computes it. */
  readonly reference?: TransformerWeights;
  readonly prompts: TokenRows;
  readonly judge: PreferenceModel;
  readonly batchSize: number;
  readonly seed: number;
}

/** Two responses of the current policy to each prompt, labelled by the judge; samples and labels are constants of the step. */
export const onlineBatches = (settings: OnlineSettings): BatchSource => ({
  batch(step, policy) {
    const { shape, reference, prompts, judge, batchSize, seed } = settings;
    const random = RandomStream.of(seed, `online step ${step}`);
    const asked = takeRows(prompts, Int32Array.from({ length: batchSize }, () => random.integer(prompts.rows)));
    const samples = sampleResponses(policy, shape, concatRows(asked, asked), random);
    const chosenIndex = labelPairs(judge.scores(samples), random);
    const both = takeRows(samples, chosenIndex);
    const common = { pairs: splitHalves(both), labels: batchSize };
    if (!reference) return common;
    const values = sequenceLogProbabilitiesOf(reference, shape, both);
    return { ...common, reference: { chosen: values.subarray(0, batchSize), rejected: values.subarray(batchSize) } };
  },
});

/** For 2n scores (first and second responses), the row order that puts the n winners first; a tie is decided by a coin. */
function labelPairs(scores: Float64Array, random: RandomStream): Int32Array {
  const n = scores.length / 2;
  const order = new Int32Array(2 * n);
  for (let i = 0; i < n; i += 1) {
    const [first, second] = [scores[i] ?? 0, scores[n + i] ?? 0];
    const firstWins = first === second ? random.uniform() < 0.5 : first > second;
    order[i] = firstWins ? i : n + i;
    order[n + i] = firstWins ? n + i : i;
  }
  return order;
}

function splitHalves(rows: TokenRows): PreferencePairs {
  const half = rows.rows / 2;
  const index = Int32Array.from({ length: rows.rows }, (_, i) => i);
  return { chosen: takeRows(rows, index.subarray(0, half)), rejected: takeRows(rows, index.subarray(half)) };
}

export interface OfflineSettings {
  readonly shape: TransformerShape;
  readonly reference: TransformerWeights;
  readonly pairs: PreferencePairs;
  readonly batchSize: number;
  readonly seed: number;
}

/** Passes over a fixed set, shuffled anew each epoch; the tail that fills no batch is left for the next shuffle. */
export function offlineBatches(settings: OfflineSettings): BatchSource {
  const { shape, reference, pairs, seed } = settings;
  const count = pairs.chosen.rows;
  const batchSize = Math.min(settings.batchSize, count);
  const chosen = readOnce(reference, shape, pairs.chosen);
  const rejected = readOnce(reference, shape, pairs.rejected);
  const batchesPerEpoch = Math.floor(count / batchSize);
  let known: { epoch: number; order: Int32Array } = { epoch: -1, order: new Int32Array() };
  return {
    batch(step) {
      const epoch = Math.floor(step / batchesPerEpoch);
      if (known.epoch !== epoch) known = { epoch, order: RandomStream.of(seed, `offline epoch ${epoch}`).permutation(count) };
      const start = (step % batchesPerEpoch) * batchSize;
      const indices = known.order.subarray(start, start + batchSize);
      return {
        pairs: takePairs(pairs, indices),
        reference: { chosen: chosen(indices), rejected: rejected(indices) },
        labels: 0,
      };
    },
  };
}

/**
 * log π_ref of rows by their indices, computed when first asked for: all of them beforehand would hold up the first step of every
 * run by half a second, and a short run never sees most of them. A row's value does not depend on the rows beside it.
 */
function readOnce(reference: TransformerWeights, shape: TransformerShape, rows: TokenRows): (indices: Int32Array) => Float32Array {
  const values = new Float32Array(rows.rows).fill(Number.NaN);
  return (indices) => {
    const unread = indices.filter((i) => Number.isNaN(values[i]));
    sequenceLogProbabilitiesOf(reference, shape, takeRows(rows, unread)).forEach((value, at) => { values[unread[at] ?? 0] = value; });
    return Float32Array.from(indices, (i) => values[i] ?? Number.NaN);
  };
}
