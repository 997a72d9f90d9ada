/**
 * Attention to cached positions in plain JavaScript, for backends without our kernels: a few new rows a step are cheaper to
 * read out than a growing tensor is to copy. Each head's keys and values lie side by side, padded with zeros to a multiple of
 * four, so that the inner loops run over neighbouring values without a tail.
 */
import { combine, multiply, normalise, pack, paddedDepth } from './vectors';

/** One query at a time over packed keys and values. */
class Asking {
  private readonly query: Float64Array;
  private readonly mixture: Float64Array;
  private readonly weights: Float64Array;

  constructor(keys: number, private readonly depth: number, readonly padded: number) {
    this.query = new Float64Array(padded);
    this.mixture = new Float64Array(padded);
    this.weights = new Float64Array(keys);
  }

  ask(source: Float32Array, from: number): void {
    const scale = 1 / Math.sqrt(this.depth);
    for (let c = 0; c < this.depth; c += 1) this.query[c] = source[from + c]! * scale;
  }

  /** Softmax over the first `count` positions, then the mixture of their values. */
  attend(memory: Float32Array, key: number, value: number, count: number): void {
    multiply(this.query, memory, key, this.weights, count);
    normalise(this.weights, count);
    combine(this.weights, memory, value, this.mixture, count);
  }

  write(y: Float32Array, at: number): void {
    for (let c = 0; c < this.depth; c += 1) y[at + c] = this.mixture[c]!;
  }
}

export interface CacheSizes {
  readonly rows: number;
  readonly heads: number;
  readonly width: number;
  readonly capacity: number;
  /** Positions already in the cache. */
  readonly first: number;
  /** New positions a row. */
  readonly count: number;
}

/** Appends the keys and values of new positions to memory [rows, heads, 2, capacity, padded depth]; writes y [rows·count, width]. */
export function cachedAttention(qkv: Float32Array, memory: Float32Array, sizes: CacheSizes, y: Float32Array): void {
  const { rows, heads, width, capacity, first, count } = sizes;
  const depth = width / heads;
  const padded = paddedDepth(width, heads);
  const asking = new Asking(first + count, depth, padded);
  for (let block = 0; block < rows * heads; block += 1) {
    const row = Math.floor(block / heads);
    const head = (block % heads) * depth;
    const key = 2 * block * capacity * padded;
    const value = key + capacity * padded;
    const packing = { from: row * count * 3 * width + head, stride: 3 * width, count, depth, padded };
    pack(qkv, { ...packing, from: packing.from + width }, memory, key + first * padded);
    pack(qkv, { ...packing, from: packing.from + 2 * width }, memory, value + first * padded);
    for (let i = 0; i < count; i += 1) {
      asking.ask(qkv, packing.from + i * 3 * width);
      asking.attend(memory, key, value, first + i + 1);
      asking.write(y, (row * count + i) * width + head);
    }
  }
}
