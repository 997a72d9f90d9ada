/**
 * Keys and values of the positions already read, so that sampling a token costs one position and not the whole prefix.
 * They live in plain arrays; where our kernels run, sampling has a cache of its own (backend/decoder/sample.ts).
 */
import { tf } from '../backend/tensorflow';
import { cachedAttention } from './cachedAttention';
import { paddedDepth } from './vectors';

export interface CacheShape {
  readonly rows: number;
  /** The most positions a row can have. */
  readonly capacity: number;
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
}

export class KeyValueCache {
  /** One array a layer: [rows, heads, key or value, capacity, padded depth]. */
  private readonly memory: readonly Float32Array[];
  private readonly filled: number[];

  constructor(private readonly shape: CacheShape) {
    const { rows, capacity, layers, heads, width } = shape;
    this.memory = Array.from({ length: layers }, () => new Float32Array(rows * heads * 2 * capacity * paddedDepth(width, heads)));
    this.filled = this.memory.map(() => 0);
  }

  /** qkv [rows·count, 3·width] of `count` new positions → attention over all positions so far: [rows·count, width]. */
  attend(layer: number, qkv: tf.Tensor2D): tf.Tensor2D {
    const { rows, capacity, heads, width } = this.shape;
    const first = this.filled[layer] ?? 0;
    const count = qkv.shape[0] / rows;
    const memory = this.memory[layer];
    if (!memory || first + count > capacity) throw new Error(`The cache holds ${capacity} positions in ${this.memory.length} layers; position ${first + count} of layer ${layer} was asked for.`);
    const attended = new Float32Array(qkv.shape[0] * width);
    cachedAttention(qkv.dataSync<'float32'>(), memory, { rows, heads, width, capacity, first, count }, attended);
    this.filled[layer] = first + count;
    return tf.tensor2d(attended, [qkv.shape[0], width]);
  }
}
