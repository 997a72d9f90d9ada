/** Replay: the recorded pairs of an online run, in their order, within windows of it, or in none (App. F and G). */
import type { ReplayOrder } from '../../core/experiment/config';
import { RandomStream } from '../../core/random';
import type { TransformerShape } from '../policy/shape';
import type { TransformerWeights } from '../policy/weights';
import { takePairs } from '../preference/train';
import type { PreferencePairs } from '../rows';
import { readPairsOnce, valuesAt, type BatchSource, type BySide } from './batch';

/** What an online run was trained on, step after step. */
export interface RecordedStream {
  readonly steps: number;
  /** Pairs a step. */
  readonly batchSize: number;
  /** `steps` × `batchSize`, in the order of the run. */
  readonly pairs: PreferencePairs;
  /** log π when they were sampled. */
  readonly generator: BySide;
}

export interface ReplaySettings {
  readonly shape: TransformerShape;
  /** For log π_ref of the pairs; absent where the loss has none or the step itself computes it. */
  readonly reference?: TransformerWeights;
  readonly stream: RecordedStream;
  readonly order: ReplayOrder;
  /** No more than the stream's; where it is fewer, the first so many of each batch. */
  readonly batchSize: number;
  readonly seed: number;
}

/** A run that is longer than the stream passes over it again, shuffled anew. */
export function replayBatches({ shape, reference, stream, order, batchSize, seed }: ReplaySettings): BatchSource {
  const read = readPairsOnce(reference, shape, stream.pairs);
  let known: { pass: number; indices: Int32Array } = { pass: -1, indices: new Int32Array() };
  return {
    batch(step) {
      const pass = Math.floor(step / stream.steps);
      if (known.pass !== pass) known = { pass, indices: replayOrder(order, stream, RandomStream.of(seed, `replay pass ${pass}`)) };
      const at = step % stream.steps;
      const indices = known.indices.subarray(at * stream.batchSize, at * stream.batchSize + batchSize);
      const age = indices.reduce((sum, i) => sum + Math.abs(at - Math.floor(i / stream.batchSize)), 0) / indices.length;
      return {
        pairs: takePairs(stream.pairs, indices),
        ...read(indices),
        labels: 0,
        generator: { chosen: valuesAt(stream.generator.chosen, indices), rejected: valuesAt(stream.generator.rejected, indices) },
        staleness: age,
      };
    },
  };
}

/** A permutation of the stream's pairs; in a window, those of so many batches one after another change places among themselves. */
export function replayOrder(order: ReplayOrder, { steps, batchSize }: Pick<RecordedStream, 'steps' | 'batchSize'>, random: RandomStream): Int32Array {
  const indices = Int32Array.from({ length: steps * batchSize }, (_, i) => i);
  if (order === 'ordered') return indices;
  const window = (order === 'shuffled' ? steps : order.window) * batchSize;
  for (let start = 0; start < indices.length; start += window) random.shuffle(indices.subarray(start, start + window));
  return indices;
}
