/** Weights by name. All of them are variables: a training step replaces their values, never the objects that hold them. */
import { createHash } from 'node:crypto';
import type { RandomStream } from '../../core/random';
import { tf } from '../backend/tensorflow';
import type { TransformerShape } from './shape';
import { weightSpecifications } from './shape';

export type TransformerWeights = Readonly<Record<string, tf.Variable>>;

/** The values of weights outside the backend, by name. */
export type WeightBuffers = Readonly<Record<string, Float32Array>>;

/** Freshly drawn weights; the same stream gives the same bits on every backend. */
export function createWeights(shape: TransformerShape, random: RandomStream): TransformerWeights {
  const buffers: Record<string, Float32Array> = {};
  for (const { name, dimensions, deviation, constant } of weightSpecifications(shape)) {
    const values = new Float32Array(dimensions.reduce((a, b) => a * b, 1));
    for (let i = 0; i < values.length; i += 1) values[i] = deviation === undefined ? (constant ?? 0) : deviation * random.normal();
    buffers[name] = values;
  }
  return weightsFromBuffers(shape, buffers);
}

/** A deep copy: no buffer is shared, so that a reference policy stays frozen whatever happens to the original. */
export function copyWeights(weights: TransformerWeights): TransformerWeights {
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, variableOf(weight.dataSync<'float32'>(), weight.shape)]));
}

export function weightsToBuffers(weights: TransformerWeights): WeightBuffers {
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, Float32Array.from(weight.dataSync<'float32'>())]));
}

/**
 * Weights with the given values. A scalar head (or match embedding) that the buffers lack is an error:
 * use `withFreshWeights` to grow one model out of another.
 */
export function weightsFromBuffers(shape: TransformerShape, buffers: WeightBuffers): TransformerWeights {
  const weights: Record<string, tf.Variable> = {};
  for (const { name, dimensions } of weightSpecifications(shape)) {
    const values = buffers[name];
    const expected = dimensions.reduce((a, b) => a * b, 1);
    if (values?.length !== expected) {
      disposeWeights(weights);
      throw new Error(`Weight "${name}" has ${values?.length ?? 'no'} values where the model's shape needs ${expected}: these weights belong to another model.`);
    }
    weights[name] = variableOf(values, dimensions);
  }
  return weights;
}

/** Freshly drawn weights of `shape`, replaced by those of `buffers` wherever name and size agree (e.g. a scalar head on a policy). */
export function withFreshWeights(shape: TransformerShape, buffers: WeightBuffers, random: RandomStream): TransformerWeights {
  const weights = createWeights(shape, random);
  for (const [name, weight] of Object.entries(weights)) {
    const values = buffers[name];
    if (values?.length === weight.size) tf.tidy(() => weight.assign(tf.tensor(Float32Array.from(values), weight.shape)));
  }
  return weights;
}

export function disposeWeights(weights: TransformerWeights): void {
  for (const weight of Object.values(weights)) weight.dispose();
}

/** sha256 (hex) over names and values in their fixed order: equal digests mean bit-identical weights. */
export function digestWeights(weights: TransformerWeights): string {
  const hash = createHash('sha256');
  for (const [name, values] of Object.entries(weightsToBuffers(weights))) {
    hash.update(`${name}\0`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}

/** Always a new buffer: backends may keep the array they are handed. */
function variableOf(values: Float32Array, dimensions: readonly number[]): tf.Variable {
  const tensor = tf.tensor(Float32Array.from(values), [...dimensions], 'float32');
  const variable = tf.variable(tensor);
  tensor.dispose();
  return variable;
}
