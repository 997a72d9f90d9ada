/** Inner loops of attention over packed vectors: side by side, padded with zeros to a multiple of four, so that no loop has a tail. */

export const paddedDepth = (width: number, heads: number): number => Math.ceil(width / heads / 4) * 4;

export interface Packing {
  readonly from: number;
  readonly stride: number;
  readonly count: number;
  readonly depth: number;
  readonly padded: number;
}

/** Copies `count` vectors of `depth` values to where they lie `padded` apart; the padding itself must be zero already. */
export function pack(source: Float32Array, { from, stride, count, depth, padded }: Packing, target: Float32Array, at: number): void {
  for (let j = 0; j < count; j += 1) {
    const read = from + j * stride;
    const write = at + j * padded;
    for (let c = 0; c < depth; c += 1) target[write + c] = source[read + c]!;
  }
}

/** out[j] = vector · memory[from + j·n …] for j < count, where n is the vector's length, a multiple of four. */
export function multiply(vector: Float64Array, memory: Float32Array, from: number, out: Float64Array, count: number): void {
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
export function combine(weights: Float64Array, memory: Float32Array, from: number, out: Float64Array, count: number): void {
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

/** Softmax of the first `count` scores, in place. */
export function normalise(weights: Float64Array, count: number): void {
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
