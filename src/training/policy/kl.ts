/** KL(π‖π_ref) on prefixes sampled from π, exact over the vocabulary (paper, App. D): the least noisy estimator there is. */
import { tf } from '../backend/tensorflow';
import type { TokenRows } from '../rows';
import { responseMask } from '../rows';
import { chunksOf } from './chunks';
import { responseTokens } from './logProbabilities';
import type { TransformerShape } from './shape';
import { responseLogits } from './transformer';
import type { TransformerWeights } from './weights';

export interface TokenExactKl {
  /** Σ_t Σ_v π log(π/π_ref), nats per sequence, one value a row. */
  readonly perRow: Float64Array;
  /** Σ_t H(π(·|y_<t)), nats per sequence, one value a row. */
  readonly entropy: Float64Array;
  /** log π(y|x) and log π_ref(y|x) of the sampled responses, nats per sequence: read off the same logits, so nearly free. */
  readonly policy: Float64Array;
  readonly reference: Float64Array;
}

/** Both models must have the same rows and vocabulary; `sampled` are responses drawn from `policy`. */
export function tokenExactKl(policy: TransformerWeights, reference: TransformerWeights, shape: TransformerShape, sampled: TokenRows, chunk?: number): TokenExactKl {
  const zeros = (): Float64Array => new Float64Array(sampled.rows);
  const result = { perRow: zeros(), entropy: zeros(), policy: zeros(), reference: zeros() };
  for (const { start, part } of chunksOf(sampled, chunk)) {
    const mask = responseMask(part);
    const tokens = responseTokens(part);
    const ours = logitsOf(policy, shape, part);
    const theirs = policy === reference ? ours : logitsOf(reference, shape, part);
    for (let at = 0; at < mask.length; at += 1) {
      if (!mask[at]) continue;
      const row = start + Math.floor(at / part.responseLength);
      const { kl, entropy, logP, logQ } = divergence(ours, theirs, at * shape.vocabulary, shape.vocabulary);
      const token = at * shape.vocabulary + tokens[at]!;
      result.perRow[row]! += kl;
      result.entropy[row]! += entropy;
      result.policy[row]! += ours[token]! - logP;
      result.reference[row]! += theirs[token]! - logQ;
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

interface Divergence {
  readonly kl: number;
  readonly entropy: number;
  /** The logarithms of both sums of exponentials: a logit less its own is a log-probability. */
  readonly logP: number;
  readonly logQ: number;
}

/** In double precision: close to the reference the KL is a small difference of large sums. */
function divergence(p: Float32Array, q: Float32Array, offset: number, size: number): Divergence {
  const [mostP, mostQ] = [largest(p, offset, size), largest(q, offset, size)];
  const weights = new Float64Array(size);
  let [sumP, sumQ] = [0, 0];
  for (let i = 0; i < size; i += 1) {
    const weight = Math.exp(p[offset + i]! - mostP);
    weights[i] = weight;
    sumP += weight;
    sumQ += Math.exp(q[offset + i]! - mostQ);
  }
  const [logP, logQ] = [mostP + Math.log(sumP), mostQ + Math.log(sumQ)];
  let [kl, entropy] = [0, 0];
  for (let i = 0; i < size; i += 1) {
    const probability = weights[i]! / sumP;
    const lp = p[offset + i]! - logP;
    kl += probability * (lp - (q[offset + i]! - logQ));
    entropy -= probability * lp;
  }
  return { kl, entropy, logP, logQ };
}

function largest(logits: Float32Array, offset: number, size: number): number {
  let most = -Infinity;
  for (let i = offset; i < offset + size; i += 1) if (logits[i]! > most) most = logits[i]!;
  return most;
}
