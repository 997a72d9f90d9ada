/** Causal attention straight on rows of query | key | value: no permutes, and only the lower triangle is ever computed. */

export interface AttentionSizes {
  readonly rows: number;
  readonly keys: number;
  /** The last so many positions ask. */
  readonly queries: number;
  readonly heads: number;
  readonly width: number;
}

/** Writes y [rows·queries, width] and the probabilities [rows, heads, queries, keys], 0 above the diagonal. */
export function attentionForward(qkv: Float32Array, { rows, keys, queries, heads, width }: AttentionSizes, y: Float32Array, probabilities: Float32Array): void {
  const depth = width / heads;
  y.fill(0);
  probabilities.fill(0);
  for (let row = 0; row < rows; row += 1) {
    for (let head = 0; head < heads; head += 1) {
      const key = row * keys * 3 * width + width + head * depth;
      for (let i = 0; i < queries; i += 1) {
        const position = keys - queries + i;
        const query = (row * keys + position) * 3 * width + head * depth;
        const weights = probabilities.subarray(((row * heads + head) * queries + i) * keys, ((row * heads + head) * queries + i + 1) * keys);
        attend({ source: qkv, query, memory: qkv, key, value: key + width, stride: 3 * width, depth }, position + 1, weights, y, (row * queries + i) * width + head * depth);
      }
    }
  }
}

interface Asking {
  readonly source: Float32Array;
  /** Where the query begins in `source`. */
  readonly query: number;
  /** Holds keys and values; those of position j begin at key + j·stride and value + j·stride. */
  readonly memory: Float32Array;
  readonly key: number;
  readonly value: number;
  readonly stride: number;
  readonly depth: number;
}

/** One query over the first `count` positions: adds the mixture to y[at …] and writes the weights. */
function attend({ source, query, memory, key, value, stride, depth }: Asking, count: number, weights: Float32Array, y: Float32Array, at: number): void {
  const scale = 1 / Math.sqrt(depth);
  let most = -Infinity;
  for (let j = 0, k = key; j < count; j += 1, k += stride) {
    let score = 0;
    for (let c = 0; c < depth; c += 1) score += source[query + c]! * memory[k + c]!;
    score *= scale;
    weights[j] = score;
    if (score > most) most = score;
  }
  let sum = 0;
  for (let j = 0; j < count; j += 1) {
    const weight = Math.exp(weights[j]! - most);
    weights[j] = weight;
    sum += weight;
  }
  const share = 1 / sum;
  for (let j = 0, v = value; j < count; j += 1, v += stride) {
    const weight = weights[j]! * share;
    weights[j] = weight;
    for (let c = 0; c < depth; c += 1) y[at + c] = y[at + c]! + weight * memory[v + c]!;
  }
}

export interface AttentionGradient {
  readonly dy: Float32Array;
  readonly qkv: Float32Array;
  readonly probabilities: Float32Array;
}

/** Writes dqkv [rows·keys, 3·width]: dV = Pᵀ·dY, dS = P∘(dP − Σ P∘dP)/√depth, dQ = dS·K, dK = dSᵀ·Q. */
export function attentionBackward({ dy, qkv, probabilities }: AttentionGradient, { rows, keys, queries, heads, width }: AttentionSizes, dqkv: Float32Array): void {
  const depth = width / heads;
  const stride = 3 * width;
  const scale = 1 / Math.sqrt(depth);
  const dp = new Float64Array(keys);
  dqkv.fill(0);
  for (let row = 0; row < rows; row += 1) {
    for (let head = 0; head < heads; head += 1) {
      const key = row * keys * stride + width + head * depth;
      for (let i = 0; i < queries; i += 1) {
        const count = keys - queries + i + 1;
        const query = (row * keys + count - 1) * stride + head * depth;
        const weight = ((row * heads + head) * queries + i) * keys;
        const from = (row * queries + i) * width + head * depth;
        let mean = 0;
        for (let j = 0, v = key + width; j < count; j += 1, v += stride) {
          let sum = 0;
          for (let c = 0; c < depth; c += 1) sum += dy[from + c]! * qkv[v + c]!;
          dp[j] = sum;
          mean += sum * probabilities[weight + j]!;
        }
        for (let j = 0, k = key; j < count; j += 1, k += stride) {
          const p = probabilities[weight + j]!;
          const ds = p * (dp[j]! - mean) * scale;
          for (let c = 0; c < depth; c += 1) {
            dqkv[query + c] = dqkv[query + c]! + ds * qkv[k + c]!;
            dqkv[k + c] = dqkv[k + c]! + ds * qkv[query + c]!;
            dqkv[k + width + c] = dqkv[k + width + c]! + p * dy[from + c]!;
          }
        }
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

/** Appends the keys and values of new positions to memory [rows, capacity, 2·width]; writes y [rows·count, width]. */
export function cachedAttention(qkv: Float32Array, memory: Float32Array, { rows, heads, width, capacity, first, count }: CacheSizes, y: Float32Array): void {
  const depth = width / heads;
  const weights = new Float32Array(first + count);
  y.fill(0);
  for (let row = 0; row < rows; row += 1) {
    const start = row * capacity * 2 * width;
    for (let i = 0; i < count; i += 1) {
      const from = (row * count + i) * 3 * width;
      memory.set(qkv.subarray(from + width, from + 3 * width), start + (first + i) * 2 * width);
      for (let head = 0; head < heads; head += 1) {
        const key = start + head * depth;
        attend({ source: qkv, query: from + head * depth, memory, key, value: key + width, stride: 2 * width, depth }, first + i + 1, weights, y, (row * count + i) * width + head * depth);
      }
    }
  }
}
