/** Offline: passes over a fixed set, shuffled anew each epoch; the tail that fills no batch is left for the next shuffle. */
import { RandomStream } from '../../core/random';
import type { TransformerShape } from '../policy/shape';
import type { TransformerWeights } from '../policy/weights';
import { takePairs } from '../preference/train';
import type { PreferencePairs } from '../rows';
import { readPairsOnce, valuesAt, type BatchSource, type BySide } from './batch';

export interface OfflineSettings {
  readonly shape: TransformerShape;
  /** For log π_ref of the pairs; absent where the loss has none or the step itself computes it. */
  readonly reference?: TransformerWeights;
  readonly pairs: PreferencePairs;
  /** log π of the policies that wrote the pairs, [pairs] each; absent where nobody knows it. */
  readonly generator?: BySide;
  readonly batchSize: number;
  readonly seed: number;
}

export function offlineBatches(settings: OfflineSettings): BatchSource {
  const { shape, reference, pairs, generator, seed } = settings;
  const count = pairs.chosen.rows;
  const batchSize = Math.min(settings.batchSize, count);
  const read = readPairsOnce(reference, shape, pairs);
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
        ...read(indices),
        ...(generator ? { generator: { chosen: valuesAt(generator.chosen, indices), rejected: valuesAt(generator.rejected, indices) } } : {}),
        labels: 0,
      };
    },
  };
}
