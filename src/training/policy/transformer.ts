/** The decoder: pre-norm blocks of causal attention and ReLU feed-forward, evaluated only where the output is needed. */
import { tf } from '../backend/tensorflow';
import { tensorsOf, type Feeds, type FeedTensors } from '../optimiser/program';
import type { TokenRows } from '../rows';
import { PAD, SEPARATOR } from '../rows';
import { causalAttention } from './attention';
import { embed, embeddingFeeds, embeddingInput, type EmbeddingInput } from './embedding';
import { linear, linearRelu } from './linear';
import { rmsNorm } from './norm';
import type { TransformerShape } from './shape';
import type { TransformerWeights } from './weights';

/**
 * Final normalised hidden states of the last `outputs` positions of each row: [rows·outputs, width].
 * The last block is computed for these alone.
 */
export function hiddenStates(weights: TransformerWeights, shape: TransformerShape, input: EmbeddingInput, outputs: number): tf.Tensor2D {
  let x = embed(weights, input);
  const { length, tokens } = input;
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const last = layer === shape.layers - 1;
    x = block(weights, layer, x, { rows: tokens.size / length, keys: length, queries: last ? outputs : length, heads: shape.heads });
  }
  return rmsNorm(x, weight1(weights, 'norm'));
}

interface BlockShape { readonly rows: number; readonly keys: number; readonly queries: number; readonly heads: number }

function block(weights: TransformerWeights, layer: number, x: tf.Tensor2D, shape: BlockShape): tf.Tensor2D {
  const at = (name: string): string => `layer${layer}.${name}`;
  const qkv = linear(rmsNorm(x, weight1(weights, at('attention.norm'))), weight2(weights, at('attention.qkv')));
  const attended = linear(causalAttention(qkv, shape), weight2(weights, at('attention.out')));
  const kept = shape.queries === shape.keys ? x : lastPositions(x, shape);
  const middle = tf.add<tf.Tensor2D>(kept, attended);
  const hidden = linearRelu(rmsNorm(middle, weight1(weights, at('feedForward.norm'))), weight2(weights, at('feedForward.in')), weight1(weights, at('feedForward.bias')));
  return tf.add<tf.Tensor2D>(middle, linear(hidden, weight2(weights, at('feedForward.out'))));
}

function lastPositions(x: tf.Tensor2D, { rows, keys, queries }: BlockShape): tf.Tensor2D {
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
  return responseLogitsFrom(weights, shape, tensorsOf(responseInputs(shape, batch)));
}

/** What the model reads to predict the responses: everything but the last token. */
export const responseInputs = (shape: TransformerShape, batch: TokenRows): Feeds => embeddingFeeds(shape, batch, batch.promptLength + batch.responseLength);

/** `responseLogits` of tensors of `responseInputs`. */
export function responseLogitsFrom(weights: TransformerWeights, shape: TransformerShape, feeds: FeedTensors): tf.Tensor2D {
  return unembed(weights, hiddenStates(weights, shape, embeddingInput(feeds, shape.promptLength + shape.responseLength), shape.responseLength));
}

export const weight1 = (weights: TransformerWeights, name: string): tf.Tensor1D => weightNamed(weights, name) as tf.Tensor1D;
export const weight2 = (weights: TransformerWeights, name: string): tf.Tensor2D => weightNamed(weights, name) as tf.Tensor2D;

function weightNamed(weights: TransformerWeights, name: string): tf.Tensor {
  const weight = weights[name];
  if (!weight) throw new Error(`The model has no weight "${name}": it was made for another shape.`);
  return weight;
}
