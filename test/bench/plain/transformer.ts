/**
 * The same transformer as src/training/policy, written the obvious way: stock operations, automatic gradients, every position
 * of every layer, TensorFlow.js' own Adam. The yardstick that the training engine is measured against.
 */
import { tf } from '../../../src/training/backend/tensorflow';
import type { TransformerShape } from '../../../src/training/policy/shape';
import type { TransformerWeights } from '../../../src/training/policy/weights';
import type { TokenRows } from '../../../src/training/rows';
import { PAD, SEPARATOR, responseMask, rowLength } from '../../../src/training/rows';
import { responseTokens } from '../../../src/training/policy/logProbabilities';
import { promptMatches } from '../../../src/training/policy/embedding';

export function plainSequenceLogProbabilities(weights: TransformerWeights, shape: TransformerShape, batch: TokenRows): tf.Tensor1D {
  const { rows, promptLength, responseLength } = batch;
  const hidden = tf.slice(plainHidden(weights, shape, batch), [0, promptLength, 0], [rows, responseLength, shape.width]);
  const logits = plainUnembed(weights, shape, tf.reshape(hidden, [rows * responseLength, shape.width]));
  const targets = tf.oneHot(tf.tensor1d(responseTokens(batch), 'int32'), shape.vocabulary);
  const chosen = tf.reshape(tf.sum(tf.mul(tf.logSoftmax(logits), targets), -1), [rows, responseLength]);
  return tf.sum(tf.mul(chosen, tf.tensor2d(responseMask(batch), [rows, responseLength])), 1);
}

/** [rows]: the scalar head summed over separator and response, as the proxy has it. */
export function plainScores(weights: TransformerWeights, shape: TransformerShape, batch: TokenRows): tf.Tensor1D {
  const { rows, promptLength, responseLength } = batch;
  const hidden = tf.slice(plainHidden(weights, shape, batch), [0, promptLength, 0], [rows, responseLength + 1, shape.width]);
  const scalars = tf.reshape(tf.matMul(tf.reshape(hidden, [-1, shape.width]), named(weights, 'score.weight')), [rows, responseLength + 1]);
  const kept = tf.concat([tf.ones([rows, 1]), tf.tensor2d(responseMask(batch), [rows, responseLength])], 1);
  return tf.add(tf.sum(tf.mul(scalars, kept), 1), named(weights, 'score.bias'));
}

/** [rows, P+1+R, width], after the last norm. */
function plainHidden(weights: TransformerWeights, shape: TransformerShape, batch: TokenRows): tf.Tensor {
  const length = rowLength(batch);
  const matches = shape.promptMatch ? promptMatches(batch) : undefined;
  let x = plainEmbed(weights, shape, { tokens: batch.tokens, first: 0, length, ...(matches ? { matches } : {}) });
  for (let layer = 0; layer < shape.layers; layer += 1) x = plainBlock(weights, shape, layer, x, (qkv) => selfAttention(shape, qkv));
  return plainNorm(weights, 'norm', x);
}

export interface PlainInput { readonly tokens: Int32Array; readonly matches?: Int32Array; readonly first: number; readonly length: number }

/** Stock wasm cannot differentiate a gather, so the obvious way is a product with one-hot rows. */
export function plainEmbed(weights: TransformerWeights, shape: TransformerShape, { tokens, matches, first, length }: PlainInput): tf.Tensor {
  const rows = tokens.length / length;
  const looked = (ids: Int32Array, table: tf.Tensor): tf.Tensor =>
    tf.reshape(tf.matMul(tf.cast(tf.oneHot(tf.tensor1d(ids, 'int32'), table.shape[0] ?? 0), 'float32'), table), [rows, length, shape.width]);
  const sum = tf.add(looked(tokens, named(weights, 'embedding.token')), tf.slice(named(weights, 'embedding.position'), [first, 0], [length, shape.width]));
  if (!matches) return sum;
  const matched = tf.reshape(tf.cast(tf.tensor1d(Int32Array.from(matches, Math.sign), 'int32'), 'float32'), [rows, length, 1]);
  return tf.add(sum, tf.mul(looked(matches, named(weights, 'embedding.match')), matched));
}

/** `attend`: [rows, n, 3·width] → [rows, n, width]. */
export function plainBlock(weights: TransformerWeights, shape: TransformerShape, layer: number, x: tf.Tensor, attend: (qkv: tf.Tensor) => tf.Tensor): tf.Tensor {
  const at = (name: string): string => `layer${layer}.${name}`;
  const qkv = dense(weights, at('attention.qkv'), plainNorm(weights, at('attention.norm'), x));
  const middle = tf.add(x, dense(weights, at('attention.out'), attend(qkv)));
  const wide = tf.add(dense(weights, at('feedForward.in'), plainNorm(weights, at('feedForward.norm'), middle)), named(weights, at('feedForward.bias')));
  return tf.add(middle, dense(weights, at('feedForward.out'), shape.block === 'gpt2' ? gelu(wide) : tf.relu(wide)));
}

function selfAttention(shape: TransformerShape, qkv: tf.Tensor): tf.Tensor {
  const [query, key, value] = splitHeads(shape, qkv);
  const length = qkv.shape[1] ?? 0;
  const mask = tf.tensor2d(Array.from({ length }, (_, i) => Array.from({ length }, (__, j) => (j > i ? -1e9 : 0))));
  return attention(query, key, value, mask);
}

/** [rows, n, 3·width] → query, key and value, [rows, heads, n, depth] each. */
export function splitHeads({ heads, width }: TransformerShape, qkv: tf.Tensor): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const [rows, length] = qkv.shape as [number, number];
  return tf.unstack(tf.transpose(tf.reshape(qkv, [rows, length, 3, heads, width / heads]), [2, 0, 3, 1, 4])) as [tf.Tensor, tf.Tensor, tf.Tensor];
}

export function attention(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
  const [rows, heads, length, depth] = query.shape as [number, number, number, number];
  const scores = tf.div(tf.matMul(query, key, false, true), Math.sqrt(depth));
  const mixed = tf.matMul(tf.softmax(mask ? tf.add(scores, mask) : scores), value);
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [rows, length, heads * depth]);
}

/** A weight's bias is added where the model has one. */
function dense(weights: TransformerWeights, name: string, x: tf.Tensor): tf.Tensor {
  const [rows, length, width] = x.shape as [number, number, number];
  const product = tf.reshape(tf.matMul(tf.reshape(x, [rows * length, width]), named(weights, name)), [rows, length, -1]);
  const bias = weights[`${name}.bias`];
  return bias ? tf.add(product, bias) : product;
}

/** LayerNorm where the norm has a bias, RMSNorm where it has none. */
export function plainNorm(weights: TransformerWeights, name: string, x: tf.Tensor): tf.Tensor {
  const bias = weights[`${name}.bias`];
  const centred = bias ? tf.sub(x, tf.mean(x, -1, true)) : x;
  const unit = tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), bias ? 1e-5 : 1e-6)));
  const scaled = tf.mul(unit, named(weights, name));
  return bias ? tf.add(scaled, bias) : scaled;
}

const gelu = (x: tf.Tensor): tf.Tensor =>
  tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI))), 1));

/** hidden [n, width] → logits [n, V], padding and separator forbidden. */
export function plainUnembed(weights: TransformerWeights, shape: TransformerShape, hidden: tf.Tensor): tf.Tensor {
  const forbidden = tf.tensor1d(Array.from({ length: shape.vocabulary }, (_, v) => (v === PAD || v === SEPARATOR ? -1e9 : 0)));
  return tf.add(tf.matMul(hidden as tf.Tensor2D, named(weights, 'unembedding')), forbidden);
}

function named(weights: TransformerWeights, name: string): tf.Tensor {
  const weight = weights[name];
  if (!weight) throw new Error(`The model has no weight "${name}".`);
  return weight;
}
