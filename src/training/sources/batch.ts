/**
 * Where the pairs of a gradient step come from: that is the whole difference between the arms (§2). One file a source.
 * Every draw comes from a stream named by seed and step, so a resumed run needs no generator state to repeat itself.
 */
import { sequenceLogProbabilitiesOf } from '../policy/logProbabilities';
import type { TransformerShape } from '../policy/shape';
import type { TransformerWeights } from '../policy/weights';
import { concatRows, takeRows, type PreferencePairs, type TokenRows } from '../rows';

/** One value a response: [pairs] each. */
export interface BySide {
  readonly chosen: Float32Array;
  readonly rejected: Float32Array;
}

export interface LabelledBatch {
  readonly pairs: PreferencePairs;
  /** log π_ref of each side, nats per sequence, constant; absent where the loss has none or the step itself computes it. */
  readonly reference?: BySide;
  /** The judge's scores, where it has just labelled the pairs. */
  readonly rewards?: BySide;
  /** Preference labels asked for to make this batch: 0 offline, one a pair online. */
  readonly labels: number;
  /** log π of the policy that wrote the responses, as it was then, nats per sequence; absent where it is not known. */
  readonly generator?: BySide;
  /** Mean |step − step at which a pair was sampled|; absent where that is not known. */
  readonly staleness?: number;
  /** One unlabelled response of the current policy to each pair's prompt, with its log π_ref. */
  readonly onPolicy?: { readonly samples: TokenRows; readonly reference?: Float32Array };
}

export interface BatchSource {
  batch(step: number, policy: TransformerWeights): LabelledBatch;
  /** An older policy that samples are still made by: what a resumed run needs beside seed and step. Owned by the source. */
  generator?(): TransformerWeights | undefined;
}

/** log π of both sides by one pass. */
export function logProbabilitiesOf(weights: TransformerWeights, shape: TransformerShape, { chosen, rejected }: PreferencePairs): BySide {
  const values = sequenceLogProbabilitiesOf(weights, shape, concatRows(chosen, rejected));
  return { chosen: values.subarray(0, chosen.rows), rejected: values.subarray(chosen.rows) };
}

/**
 * Values of rows by their indices, computed when first asked for: all of them beforehand would hold up the first step of every
 * run by half a second, and a short run never sees most of them. A row's value does not depend on the rows beside it.
 */
export function readOnce(weights: TransformerWeights, shape: TransformerShape, rows: TokenRows): (indices: Int32Array) => Float32Array {
  const values = new Float32Array(rows.rows).fill(Number.NaN);
  return (indices) => {
    const unread = indices.filter((i) => Number.isNaN(values[i]));
    if (unread.length > 0) sequenceLogProbabilitiesOf(weights, shape, takeRows(rows, unread)).forEach((value, at) => { values[unread[at] ?? 0] = value; });
    return valuesAt(values, indices);
  };
}

export const valuesAt = (values: Float32Array, indices: Int32Array): Float32Array => Float32Array.from(indices, (i) => values[i] ?? Number.NaN);

/** As `readOnce`, of pairs; undefined without weights, where nobody asks. */
export function readPairsOnce(reference: TransformerWeights | undefined, shape: TransformerShape, pairs: PreferencePairs): (indices: Int32Array) => { readonly reference?: BySide } {
  if (!reference) return () => ({});
  const [chosen, rejected] = [readOnce(reference, shape, pairs.chosen), readOnce(reference, shape, pairs.rejected)];
  return (indices) => ({ reference: { chosen: chosen(indices), rejected: rejected(indices) } });
}
