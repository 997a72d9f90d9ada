/** One pre-norm block of the decoder; how it attends is the caller's: to a whole row, or to a cache of earlier positions. */
import { tf } from '../backend/tensorflow';
import { linear, linearActivated } from './linear';
import { layerNorm, rmsNorm } from './norm';
import type { TransformerShape } from './shape';
import type { TransformerWeights } from './weights';

/** qkv [n, 3·width] (query | key | value) of a layer → what its positions attend to, [m, width] with m ≤ n. */
export type Attend = (qkv: tf.Tensor2D, layer: number) => tf.Tensor2D;

export interface Block {
  readonly weights: TransformerWeights;
  readonly shape: TransformerShape;
  readonly layer: number;
  readonly attend: Attend;
  /** Keeps of x the positions that attended. */
  readonly keep: (x: tf.Tensor2D) => tf.Tensor2D;
}

/** x [n, width] → [m, width]. */
export function applyBlock({ weights, shape, layer, attend, keep }: Block, x: tf.Tensor2D): tf.Tensor2D {
  const at = (name: string): string => `layer${layer}.${name}`;
  const qkv = projection(weights, at('attention.qkv'), norm(weights, at('attention.norm'), x));
  const middle = tf.add<tf.Tensor2D>(keep(x), projection(weights, at('attention.out'), attend(qkv, layer)));
  const activation = shape.block === 'gpt2' ? 'gelu' : 'relu';
  const normed = norm(weights, at('feedForward.norm'), middle);
  const hidden = linearActivated(activation, normed, weight2(weights, at('feedForward.in')), weight1(weights, at('feedForward.bias')));
  return tf.add<tf.Tensor2D>(middle, projection(weights, at('feedForward.out'), hidden));
}

/** LayerNorm where the model has a bias for it, else RMSNorm. */
export function norm(weights: TransformerWeights, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const bias = biasOf(weights, name);
  return bias ? layerNorm(x, weight1(weights, name), bias) : rmsNorm(x, weight1(weights, name));
}

const projection = (weights: TransformerWeights, name: string, x: tf.Tensor2D): tf.Tensor2D => linear(x, weight2(weights, name), biasOf(weights, name));

const biasOf = (weights: TransformerWeights, name: string): tf.Tensor1D | undefined => weights[`${name}.bias`] as tf.Tensor1D | undefined;
export const weight1 = (weights: TransformerWeights, name: string): tf.Tensor1D => weightNamed(weights, name) as tf.Tensor1D;
export const weight2 = (weights: TransformerWeights, name: string): tf.Tensor2D => weightNamed(weights, name) as tf.Tensor2D;

function weightNamed(weights: TransformerWeights, name: string): tf.Tensor {
  const weight = weights[name];
  if (!weight) throw new Error(`The model has no weight "${name}": it was made for another shape.`);
  return weight;
}
