/** From hidden states to logits. */
import { tf } from '../backend/tensorflow';
import { PAD, SEPARATOR } from '../rows';
import { weight2 } from './block';
import { linear } from './linear';
import type { TransformerWeights } from './weights';

/**
 * hidden [n, width] → logits [n, V]. Padding and separator are no response tokens: their logits are −10⁹, so that no model
 * gives them probability, no sample contains them and no divergence counts them.
 */
export function unembed(weights: TransformerWeights, hidden: tf.Tensor2D): tf.Tensor2D {
  const { unembedding, logitBias } = unembeddingOf(weights);
  return linear(hidden, unembedding, logitBias);
}

/** The unembedding [width, V] and what is added to all logits [V]. */
export function unembeddingOf(weights: TransformerWeights): { readonly unembedding: tf.Tensor2D; readonly logitBias: tf.Tensor1D } {
  const unembedding = weight2(weights, 'unembedding');
  return { unembedding, logitBias: tf.tensor1d(forbidden(unembedding.shape[1])) };
}

function forbidden(vocabulary: number): Float32Array {
  const bias = new Float32Array(vocabulary);
  bias[PAD] = FORBIDDEN;
  bias[SEPARATOR] = FORBIDDEN;
  return bias;
}

const FORBIDDEN = -1e9;
