/**
 * Causal attention straight on rows of query | key | value: no permutes, and only the lower triangle is ever computed.
 * Each head's keys and values are first packed side by side, padded with zeros to a multiple of four, so that the inner
 * loops run over neighbouring values without a tail: twice as fast as reading them where they lie.
 */

export interface AttentionSizes {
  readonly rows: number;
  readonly keys: number;
  /** The last so many positions ask. */
  readonly queries: number;
  readonly heads: number;
  readonly width: number;
}

export const paddedDepth = (width: number, heads: number): number => Math.ceil(width / heads / 4) * 4;

/** Writes y [rows·queries, width] and the probabilities [rows, heads, queries, keys], 0 above the diagonal. */
export function attentionForward(qkv: Float32Array, sizes: AttentionSizes, y: Float32Array, probabilities: Float32Array): void {
  const { rows, keys, queries, heads, width } = sizes;
  const depth = width / heads;
  const asking = new Asking(keys, depth, paddedDepth(width, heads));
  const packed = new Float32Array(2 * keys * asking.padded);
  for (let block = 0; block < rows * heads; block += 1) {
    const row = Math.floor(block / heads);
    const from = row * keys * 3 * width + (block % heads) * depth;
    pack(qkv, { from: from + width, stride: 3 * width, count: keys, depth, padded: asking.padded }, packed, 0);
    pack(qkv, { from: from + 2 * width, stride: 3 * width, count: keys, depth, padded: asking.padded }, packed, keys * asking.padded);
    for (let i = 0; i < queries; i += 1) {
      const count = keys - queries + i + 1;
      asking.ask(qkv, from + (count - 1) * 3 * width);
      asking.attend(packed, 0, keys * asking.padded, count);
      asking.write(y, (row * queries + i) * width + (block % heads) * depth);
      asking.writeWeights(probabilities, (block * queries + i) * keys, count, keys);
    }
  }
}

interface Packing {
  readonly from: number;
  readonly stride: number;
  readonly count: number;
  readonly depth: number;
  readonly padded: number;
}

/** Copies `count` vectors of `depth` values to where they lie `padded` apart; the padding itself must be zero already. */
function pack(source: Float32Array, { from, stride, count, depth, padded }: Packing, target: Float32Array, at: number): void {
  for (let j = 0; j < count; j += 1) {
    const read = from + j * stride;
    const write = at + j * padded;
    for (let c = 0; c < depth; c += 1) target[write + c] = source[read + c]!;
  }
}

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

  writeWeights(probabilities: Float32Array, at: number, count: number, keys: number): void {
    for (let j = 0; j < count; j += 1) probabilities[at + j] = this.weights[j]!;
    probabilities.fill(0, at + count, at + keys);
  }
}

/** out[j] = vector · memory[from + j·n …] for j < count, where n is the vector's length, a multiple of four. */
function multiply(vector: Float64Array, memory: Float32Array, from: number, out: Float64Array, count: number): void {
  const n = vector.length;
  out.fill(0, 0, count);
  for (let c = 0; c < n; c += 4) {
    const v0 = vector[c]!;
    const v1 = vector[c + 1]!;
    const v2 = vector[c + 2]!;
    const v3 = vector[c + 3]!;
    for (let j = 0, k = from + c; j < count; j += 1, k += n) {
      out[j] = out[j]! + v0 * memory[k]! + v1 * memory[k + 1]! + v2 * memory[k + 2]! + v3 * memory[k + 3]!;
    }
  }
}

/** out = Σ_j weights[j] · memory[from + j·n …], n = out's length, a multiple of four. */
function combine(weights: Float64Array, memory: Float32Array, from: number, out: Float64Array, count: number): void {
  const n = out.length;
  for (let c = 0; c < n; c += 4) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let j = 0, k = from + c; j < count; j += 1, k += n) {
      const weight = weights[j]!;
      s0 += weight * memory[k]!;
      s1 += weight * memory[k + 1]!;
      s2 += weight * memory[k + 2]!;
      s3 += weight * memory[k + 3]!;
    }
    out[c] = s0;
    out[c + 1] = s1;
    out[c + 2] = s2;
    out[c + 3] = s3;
  }
}

/** memory[from + j·n …] += weights[j] · vector for j < count. */
function spread(weights: Float64Array, vector: Float64Array, memory: Float64Array, count: number): void {
  const n = vector.length;
  for (let c = 0; c < n; c += 4) {
    const v0 = vector[c]!;
    const v1 = vector[c + 1]!;
    const v2 = vector[c + 2]!;
    const v3 = vector[c + 3]!;
    for (let j = 0, k = c; j < count; j += 1, k += n) {
      const weight = weights[j]!;
      memory[k] = memory[k]! + weight * v0;
      memory[k + 1] = memory[k + 1]! + weight * v1;
      memory[k + 2] = memory[k + 2]! + weight * v2;
      memory[k + 3] = memory[k + 3]! + weight * v3;
    }
  }
}

function normalise(weights: Float64Array, count: number): void {
  let most = -Infinity;
  for (let j = 0; j < count; j += 1) if (weights[j]! > most) most = weights[j]!;
  let sum = 0;
  for (let j = 0; j < count; j += 1) {
    const weight = Math.exp(weights[j]! - most);
    weights[j] = weight;
    sum += weight;
  }
  const share = 1 / sum;
  for (let j = 0; j < count; j += 1) weights[j] = weights[j]! * share;
}

export interface AttentionGradient {
  readonly dy: Float32Array;
  readonly qkv: Float32Array;
  readonly probabilities: Float32Array;
}

/** Writes dqkv [rows·keys, 3·width]: dV = Pᵀ·dY, dS = P∘(dP − Σ P∘dP)/√depth, dQ = dS·K, dK = dSᵀ·Q. */
export function attentionBackward(saved: AttentionGradient, sizes: AttentionSizes, dqkv: Float32Array): void {
  const { rows, heads } = sizes;
  const head = new HeadGradient(saved, sizes);
  // Queries that did not ask have no gradient.
  dqkv.fill(0);
  for (let block = 0; block < rows * heads; block += 1) head.differentiate(block, dqkv);
}

/** The gradient of one head of one row at a time, accumulated in double precision. */
class HeadGradient {
  private readonly depth: number;
  private readonly packed: Float32Array;
  private readonly dKey: Float64Array;
  private readonly dValue: Float64Array;
  private readonly query: Float64Array;
  private readonly dQuery: Float64Array;
  private readonly dy: Float64Array;
  private readonly weights: Float64Array;
  private readonly dScores: Float64Array;

  constructor(private readonly saved: AttentionGradient, private readonly sizes: AttentionSizes) {
    const { keys, width, heads } = sizes;
    const padded = paddedDepth(width, heads);
    this.depth = width / heads;
    this.packed = new Float32Array(2 * keys * padded);
    [this.dKey, this.dValue] = [new Float64Array(keys * padded), new Float64Array(keys * padded)];
    [this.query, this.dQuery, this.dy] = [new Float64Array(padded), new Float64Array(padded), new Float64Array(padded)];
    [this.weights, this.dScores] = [new Float64Array(keys), new Float64Array(keys)];
  }

  differentiate(block: number, dqkv: Float32Array): void {
    const { keys, queries, heads, width } = this.sizes;
    const padded = this.query.length;
    const row = Math.floor(block / heads);
    const from = row * keys * 3 * width + (block % heads) * this.depth;
    const packing = { stride: 3 * width, count: keys, depth: this.depth, padded };
    pack(this.saved.qkv, { ...packing, from: from + width }, this.packed, 0);
    pack(this.saved.qkv, { ...packing, from: from + 2 * width }, this.packed, keys * padded);
    this.dKey.fill(0);
    this.dValue.fill(0);
    for (let i = 0; i < queries; i += 1) {
      const count = keys - queries + i + 1;
      const query = from + (count - 1) * 3 * width;
      this.load(query, (row * queries + i) * width + (block % heads) * this.depth, (block * queries + i) * keys, count);
      this.one(count);
      for (let c = 0; c < this.depth; c += 1) dqkv[query + c] = this.dQuery[c]!;
    }
    this.store(from, dqkv);
  }

  private load(query: number, dy: number, weights: number, count: number): void {
    const { qkv, dy: gradient, probabilities } = this.saved;
    for (let c = 0; c < this.depth; c += 1) {
      this.query[c] = qkv[query + c]!;
      this.dy[c] = gradient[dy + c]!;
    }
    for (let j = 0; j < count; j += 1) this.weights[j] = probabilities[weights + j]!;
  }

  private one(count: number): void {
    const { packed, weights, dScores } = this;
    const scale = 1 / Math.sqrt(this.depth);
    multiply(this.dy, packed, packed.length / 2, dScores, count);
    let mean = 0;
    for (let j = 0; j < count; j += 1) mean += weights[j]! * dScores[j]!;
    for (let j = 0; j < count; j += 1) dScores[j] = weights[j]! * (dScores[j]! - mean) * scale;
    combine(dScores, packed, 0, this.dQuery, count);
    spread(dScores, this.query, this.dKey, count);
    spread(weights, this.dy, this.dValue, count);
  }

  private store(from: number, dqkv: Float32Array): void {
    const { keys, width } = this.sizes;
    const padded = this.query.length;
    for (let j = 0; j < keys; j += 1) {
      const at = from + j * 3 * width + width;
      for (let c = 0; c < this.depth; c += 1) {
        dqkv[at + c] = this.dKey[j * padded + c]!;
        dqkv[at + width + c] = this.dValue[j * padded + c]!;
      }
    }
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
