/** KL(π‖π_ref) on prefixes sampled from π, exact over the vocabulary (paper, App. D): the least noisy estimator there is. */
import { tf } from '../backend/tensorflow';
import type { TokenRows } from '../rows';
import { responseMask } from '../rows';
import { chunksOf } from './chunks';
import type { TransformerShape } from './shape';
import { responseLogits } from './transformer';
import type { TransformerWeights } from './weights';

export interface TokenExactKl {
  /** Σ_t Σ_v π log(π/π_ref), nats per sequence, one value a row. */
  readonly perRow: Float64Array;
  /** Σ_t H(π(·|y_<t)), nats per sequence, one value a row. */
  readonly entropy: Float64Array;
}

/** Both models must have the same rows and vocabulary; `sampled` are responses drawn from `policy`. */
export function tokenExactKl(policy: TransformerWeights, reference: TransformerWeights, shape: TransformerShape, sampled: TokenRows, chunk?: number): TokenExactKl {
  const result = { perRow: new Float64Array(sampled.rows), entropy: new Float64Array(sampled.rows) };
  for (const { start, part } of chunksOf(sampled, chunk)) {
    const mask = responseMask(part);
    const ours = logitsOf(policy, shape, part);
    const theirs = policy === reference ? ours : logitsOf(reference, shape, part);
    for (let at = 0; at < mask.length; at += 1) {
      if (!mask[at]) continue;
      const row = start + Math.floor(at / part.responseLength);
      const { kl, entropy } = divergence(ours, theirs, at * shape.vocabulary, shape.vocabulary);
      result.perRow[row] = (result.perRow[row] ?? 0) + kl;
      result.entropy[row] = (result.entropy[row] ?? 0) + entropy;
    }
  }
  return result;
}

function logitsOf(weights: TransformerWeights, shape: TransformerShape, part: TokenRows): Float32Array {
  const logits = tf.tidy(() => responseLogits(weights, shape, part));
  const values = logits.dataSync<'float32'>();
  logits.dispose();
  return values;
}

/** In double precision: close to the reference the KL is a small difference of large sums. */
function divergence(p: Float32Array, q: Float32Array, offset: number, size: number): { kl: number; entropy: number } {
  const logP = logNormaliser(p, offset, size);
  const logQ = logNormaliser(q, offset, size);
  let kl = 0;
  let entropy = 0;
  for (let i = offset; i < offset + size; i += 1) {
    const lp = (p[i] ?? 0) - logP;
    const probability = Math.exp(lp);
    kl += probability * (lp - ((q[i] ?? 0) - logQ));
    entropy -= probability * lp;
  }
  return { kl, entropy };
}

function logNormaliser(logits: Float32Array, offset: number, size: number): number {
  let most = -Infinity;
  for (let i = offset; i < offset + size; i += 1) most = Math.max(most, logits[i] ?? 0);
  let sum = 0;
  for (let i = offset; i < offset + size; i += 1) sum += Math.exp((logits[i] ?? 0) - most);
  return most + Math.log(sum);
}
