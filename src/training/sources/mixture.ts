/** Mixed: some pairs of each batch sampled and labelled online, the others from a fixed set. */
import type { TransformerShape } from '../policy/shape';
import type { TransformerWeights } from '../policy/weights';
import { concatRows } from '../rows';
import { logProbabilitiesOf, type BatchSource, type BySide, type LabelledBatch } from './batch';

/** Pairs of a batch that are sampled online. */
export const onlinePairs = (share: number, batchSize: number): number => Math.round(share * batchSize);

/** Either source is left out where the share leaves it no pair: a share of 1 is the online arm, 0 the offline one. */
export function mixedBatches(shape: TransformerShape, online: BatchSource | undefined, fixed: BatchSource | undefined): BatchSource {
  const [one, other] = [online ?? fixed, online ? fixed : undefined];
  if (!one) throw new Error('a mixture needs a source');
  if (!other) return one;
  return { batch: (step, policy) => joined(sampledBy(policy, shape, one.batch(step, policy)), other.batch(step, policy)) };
}

/** Of online samples the generator is the policy itself; it is read only where the other part of the batch has one to compare with. */
const sampledBy = (policy: TransformerWeights, shape: TransformerShape, batch: LabelledBatch) => ({
  ...batch,
  writtenBy: (): BySide => logProbabilitiesOf(policy, shape, batch.pairs),
});

function joined(online: LabelledBatch & { readonly writtenBy: () => BySide }, fixed: LabelledBatch): LabelledBatch {
  const [n, m] = [online.pairs.chosen.rows, fixed.pairs.chosen.rows];
  return {
    pairs: { chosen: concatRows(online.pairs.chosen, fixed.pairs.chosen), rejected: concatRows(online.pairs.rejected, fixed.pairs.rejected) },
    labels: online.labels + fixed.labels,
    ...(online.reference && fixed.reference ? { reference: bothOf(online.reference, fixed.reference) } : {}),
    ...(fixed.generator ? { generator: bothOf(online.writtenBy(), fixed.generator) } : {}),
    ...(fixed.staleness === undefined ? {} : { staleness: (m * fixed.staleness) / (n + m) }),
  };
}

const bothOf = (a: BySide, b: BySide): BySide => ({ chosen: Float32Array.of(...a.chosen, ...b.chosen), rejected: Float32Array.of(...a.rejected, ...b.rejected) });
