/** The decoder: pre-norm blocks of causal attention and feed-forward, evaluated only where the output is needed. */
import { tf } from '../backend/tensorflow';
import type { TokenRows } from '../rows';
import { PAD, SEPARATOR } from '../rows';
import { causalAttention, type AttentionShape } from './attention';
import { applyBlock, norm, weight2 } from './block';
import { embed, embeddingInput } from './embedding';
import { linear } from './linear';
import type { TransformerShape } from './shape';
import type { TransformerWeights } from './weights';

export interface Window {
  /** How many positions of each row are read. */
  readonly length: number;
  /** For how many of the last of them the output is wanted: the last block is computed for these alone. */
  readonly outputs: number;
}

/** Final normalised hidden states of the last `outputs` positions: [rows·outputs, width]. */
export function hiddenStates(weights: TransformerWeights, shape: TransformerShape, batch: TokenRows, { length, outputs }: Window): tf.Tensor2D {
  const sizes = (layer: number) => ({ rows: batch.rows, keys: length, queries: layer === shape.layers - 1 ? outputs : length, heads: shape.heads });
  let x = embed(weights, embeddingInput(shape, batch, length));
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const attention = sizes(layer);
    x = applyBlock({ weights, shape, layer, attend: (qkv) => causalAttention(qkv, attention), keep: (all) => lastPositions(all, attention) }, x);
  }
  return norm(weights, 'norm', x);
}

function lastPositions(x: tf.Tensor2D, { rows, keys, queries }: AttentionShape): tf.Tensor2D {
  if (queries === keys) return x;
  const width = x.shape[1];
  const cut = tf.slice(tf.reshape(x, [rows, keys, width]), [0, keys - queries, 0], [rows, queries, width]);
  return tf.reshape<tf.Rank.R2>(cut, [rows * queries, width]);
}

/**
 * hidden [n, width] → logits [n, V]. Padding and separator are no response tokens: their logits are −10⁹, so that no model
 * gives them probability, no sample contains them and no divergence counts them.
 */
export function unembed(weights: TransformerWeights, hidden: tf.Tensor2D): tf.Tensor2D {
  const logits = linear(hidden, weight2(weights, 'unembedding'));
  const forbidden = new Float32Array(logits.shape[1]);
  forbidden[PAD] = FORBIDDEN;
  forbidden[SEPARATOR] = FORBIDDEN;
  return tf.add<tf.Tensor2D>(logits, tf.tensor1d(forbidden));
}

const FORBIDDEN = -1e9;

/** Logits that predict response tokens 1 … R: [rows·R, V]. Position P, the separator, predicts the first. */
export function responseLogits(weights: TransformerWeights, shape: TransformerShape, batch: TokenRows): tf.Tensor2D {
  return unembed(weights, hiddenStates(weights, shape, batch, { length: batch.promptLength + batch.responseLength, outputs: batch.responseLength }));
}
