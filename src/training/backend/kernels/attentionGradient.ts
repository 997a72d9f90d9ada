/** The gradient of causal attention, head by head. */
import type { AttentionSizes } from './attention';
import { combine, multiply, pack, paddedDepth, spread } from './vectors';

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
