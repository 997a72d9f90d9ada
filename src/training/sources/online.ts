/** Online: two responses of the current policy to each prompt, labelled by the judge; samples and labels are constants of the step. */
import { RandomStream } from '../../core/random';
import { sampleResponses } from '../policy/sampler';
import type { TransformerShape } from '../policy/shape';
import type { TransformerWeights } from '../policy/weights';
import type { PreferenceModel } from '../preference/model';
import { concatRows, takeRows, type PreferencePairs, type TokenRows } from '../rows';
import { logProbabilitiesOf, type BatchSource, type BySide, type LabelledBatch } from './batch';

export interface OnlineSettings {
  readonly shape: TransformerShape;
  /** For log π_ref of the samples; absent where the loss has none or the step itself computes it. */
  readonly reference?: TransformerWeights;
  readonly prompts: TokenRows;
  readonly judge: PreferenceModel;
  readonly batchSize: number;
  readonly seed: number;
}

export const onlineBatches = (settings: OnlineSettings): BatchSource => ({
  batch: (step, policy) => sampleBatch(settings, step, policy),
});

/** The batch of a step, both responses of each pair written by `writer`. */
export function sampleBatch({ shape, reference, prompts, judge, batchSize, seed }: OnlineSettings, step: number, writer: TransformerWeights): LabelledBatch {
  const random = RandomStream.of(seed, `online step ${step}`);
  const asked = takeRows(prompts, Int32Array.from({ length: batchSize }, () => random.integer(prompts.rows)));
  const samples = sampleResponses(writer, shape, concatRows(asked, asked), random);
  const scores = judge.scores(samples);
  const order = labelPairs(scores, random);
  const pairs = splitHalves(takeRows(samples, order));
  const rewards = { chosen: Float32Array.from(order.subarray(0, batchSize), (i) => scores[i] ?? 0), rejected: Float32Array.from(order.subarray(batchSize), (i) => scores[i] ?? 0) } satisfies BySide;
  return { pairs, rewards, labels: batchSize, ...(reference ? { reference: logProbabilitiesOf(reference, shape, pairs) } : {}) };
}

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
