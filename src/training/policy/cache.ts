/** Keys and values of the positions already read, so that sampling a token costs one position and not the whole prefix. */
import { hasFused, runFused } from '../backend/fused';
import { paddedDepth } from '../backend/kernels/attention';
import { tf } from '../backend/tensorflow';

export interface CacheShape {
  readonly rows: number;
  /** The most positions a row can have. */
  readonly capacity: number;
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
}

export interface KeyValueCache {
  /** qkv [rows·count, 3·width] of `count` new positions → attention over all positions so far: [rows·count, width]. */
  attend(layer: number, qkv: tf.Tensor2D): tf.Tensor2D;
  dispose(): void;
}

export const createCache = (shape: CacheShape): KeyValueCache => (hasFused('CachedAttention') ? new FusedCache(shape) : new PlainCache(shape));

/** One preallocated tensor a layer, which our own kernel writes in place: no product ever reads it, so nothing stale can be cached. */
class FusedCache implements KeyValueCache {
  private readonly memory: readonly tf.Tensor[];
  private readonly filled: number[];

  constructor(private readonly shape: CacheShape) {
    const { rows, capacity, layers, heads, width } = shape;
    this.memory = Array.from({ length: layers }, () => tf.keep(tf.zeros([rows, heads, 2, capacity, paddedDepth(width, heads)])));
    this.filled = this.memory.map(() => 0);
  }

  attend(layer: number, qkv: tf.Tensor2D): tf.Tensor2D {
    const { rows, capacity, heads } = this.shape;
    const first = this.filled[layer] ?? 0;
    const count = qkv.shape[0] / rows;
    if (first + count > capacity) throw new Error(`The cache holds ${capacity} positions; ${first + count} were asked for.`);
    const [attended] = runFused('CachedAttention', { qkv, memory: this.memory[layer] as tf.Tensor }, { rows, heads, first, count });
    this.filled[layer] = first + count;
    return attended as tf.Tensor2D;
  }

  dispose(): void {
    tf.dispose([...this.memory]);
  }
}

interface Past { readonly key: tf.Tensor; readonly value: tf.Tensor }

class PlainCache implements KeyValueCache {
  private readonly past: (Past | undefined)[] = [];

  constructor(private readonly shape: CacheShape) {}

  attend(layer: number, qkv: tf.Tensor2D): tf.Tensor2D {
    const { rows, heads, width } = this.shape;
    const count = qkv.shape[0] / rows;
    const depth = width / heads;
    const before = this.past[layer];
    const [attended, key, value] = tf.tidy(() => {
      const permuted = tf.transpose(tf.reshape(qkv, [rows, count, 3 * heads, depth]), [0, 2, 1, 3]);
      const [query, newKey, newValue] = tf.split(permuted, 3, 1) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
      const keys = before ? tf.concat([before.key, newKey], 2) : newKey;
      const values = before ? tf.concat([before.value, newValue], 2) : newValue;
      const total = keys.shape[2] ?? count;
      const mask = tf.tensor2d(lookAhead(count, total), [count, total]);
      const scores = tf.add(tf.mul(tf.matMul(query, keys, false, true), 1 / Math.sqrt(depth)), mask);
      const mixed = tf.transpose(tf.matMul(tf.softmax(scores), values), [0, 2, 1, 3]);
      return [tf.reshape(mixed, [rows * count, width]), keys, values] as const;
    });
    this.forget(layer);
    this.past[layer] = { key: tf.keep(key), value: tf.keep(value) };
    return attended as tf.Tensor2D;
  }

  dispose(): void {
    this.past.forEach((_, layer) => this.forget(layer));
  }

  private forget(layer: number): void {
    const past = this.past[layer];
    if (past) tf.dispose([past.key, past.value]);
    this.past[layer] = undefined;
  }
}

function lookAhead(count: number, total: number): Float32Array {
  const mask = new Float32Array(count * total);
  for (let i = 0; i < count; i += 1) mask.fill(-1e9, i * total + total - count + i + 1, (i + 1) * total);
  return mask;
}
