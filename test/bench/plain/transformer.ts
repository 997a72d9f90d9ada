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

export function plainSequenceLogProbabilities(weights: TransformerWeights, shape: TransformerShape, batch: TokenRows): tf.Tensor1D {
  const { rows, promptLength, responseLength } = batch;
  const length = rowLength(batch);
  const w = (name: string): tf.Tensor => weights[name] as tf.Tensor;
  // Stock wasm cannot differentiate a gather, so the obvious way is a product with one-hot rows.
  const tokens = tf.cast(tf.oneHot(tf.tensor2d(batch.tokens, [rows, length], 'int32'), shape.vocabulary), 'float32');
  const embedded = tf.matMul(tf.reshape(tokens, [rows * length, shape.vocabulary]), w('embedding.token'));
  let x = tf.add(tf.reshape(embedded, [rows, length, shape.width]), w('embedding.position'));
  for (let layer = 0; layer < shape.layers; layer += 1) x = block(weights, shape, layer, x);
  const hidden = tf.slice(norm(x, w('norm')), [0, promptLength, 0], [rows, responseLength, shape.width]);
  const forbidden = tf.tensor1d(Array.from({ length: shape.vocabulary }, (_, v) => (v === PAD || v === SEPARATOR ? -1e9 : 0)));
  const logits = tf.add(tf.matMul(tf.reshape(hidden, [rows * responseLength, shape.width]), w('unembedding')), forbidden);
  const targets = tf.oneHot(tf.tensor1d(responseTokens(batch), 'int32'), shape.vocabulary);
  const chosen = tf.reshape(tf.sum(tf.mul(tf.logSoftmax(logits), targets), -1), [rows, responseLength]);
  return tf.sum(tf.mul(chosen, tf.tensor2d(responseMask(batch), [rows, responseLength])), 1);
}

function block(weights: TransformerWeights, shape: TransformerShape, layer: number, x: tf.Tensor): tf.Tensor {
  const [rows, length, width] = x.shape as [number, number, number];
  const depth = width / shape.heads;
  const w = (name: string): tf.Tensor => weights[`layer${layer}.${name}`] as tf.Tensor;
  const dense = (input: tf.Tensor, weight: tf.Tensor): tf.Tensor => tf.matMul(tf.reshape(input, [rows * length, -1]), weight);

  const qkv = tf.reshape(dense(norm(x, w('attention.norm')), w('attention.qkv')), [rows, length, 3, shape.heads, depth]);
  const [query, key, value] = tf.unstack(tf.transpose(qkv, [2, 0, 3, 1, 4])) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const mask = tf.tensor2d(Array.from({ length }, (_, i) => Array.from({ length }, (__, j) => (j > i ? -1e9 : 0))));
  const scores = tf.add(tf.div(tf.matMul(query, key, false, true), Math.sqrt(depth)), mask);
  const mixed = tf.transpose(tf.matMul(tf.softmax(scores), value), [0, 2, 1, 3]);
  const middle = tf.add(x, tf.reshape(dense(mixed, w('attention.out')), [rows, length, width]));
  const hidden = tf.relu(tf.add(dense(norm(middle, w('feedForward.norm')), w('feedForward.in')), w('feedForward.bias')));
  return tf.add(middle, tf.reshape(dense(hidden, w('feedForward.out')), [rows, length, width]));
}

const norm = (x: tf.Tensor, gain: tf.Tensor): tf.Tensor => tf.mul(tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-6))), gain);

/** Re-reads the whole prefix for every token. */
export function plainSample(weights: TransformerWeights, shape: TransformerShape, batch: TokenRows, choose: (logits: Float32Array, row: number, t: number) => number): void {
  const length = rowLength(batch);
  for (let t = 0; t < batch.responseLength; t += 1) {
    const last = tf.tidy(() => plainLogits(weights, shape, batch, batch.promptLength + t).dataSync<'float32'>());
    for (let row = 0; row < batch.rows; row += 1) {
      batch.tokens[row * length + batch.promptLength + 1 + t] = choose(last.subarray(row * shape.vocabulary, (row + 1) * shape.vocabulary), row, t);
    }
  }
}

function plainLogits(weights: TransformerWeights, shape: TransformerShape, batch: TokenRows, position: number): tf.Tensor {
  const length = rowLength(batch);
  const tokens = tf.cast(tf.oneHot(tf.tensor1d(batch.tokens, 'int32'), shape.vocabulary), 'float32');
  let x = tf.add(tf.reshape(tf.matMul(tokens, weights['embedding.token'] as tf.Tensor), [batch.rows, length, shape.width]), weights['embedding.position'] as tf.Tensor);
  for (let layer = 0; layer < shape.layers; layer += 1) x = block(weights, shape, layer, x);
  const hidden = tf.slice(norm(x, weights.norm as tf.Tensor), [0, position, 0], [batch.rows, 1, shape.width]);
  return tf.matMul(tf.reshape(hidden, [batch.rows, shape.width]), weights.unembedding as tf.Tensor);
}
