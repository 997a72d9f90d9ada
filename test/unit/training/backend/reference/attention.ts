/** Causal attention in double precision, as in Vaswani et al. 2017, one query at a time. */

export interface AttentionSizes {
  readonly rows: number;
  readonly keys: number;
  /** The last so many positions ask. */
  readonly queries: number;
  readonly heads: number;
  readonly depth: number;
}

/** One query of one head: where its vectors lie in qkv [rows·keys, 3·width], and where its answer in y [rows·queries, width]. */
interface Query {
  readonly query: number;
  readonly answer: number;
  readonly keys: readonly number[];
}

function* queriesOf({ rows, keys, queries, heads, depth }: AttentionSizes): Generator<Query> {
  const width = heads * depth;
  for (let row = 0; row < rows; row += 1) {
    for (let head = 0; head < heads; head += 1) {
      for (let i = 0; i < queries; i += 1) {
        const position = keys - queries + i;
        const at = (t: number): number => (row * keys + t) * 3 * width + head * depth;
        yield { query: at(position), answer: (row * queries + i) * width + head * depth, keys: Array.from({ length: position + 1 }, (_, t) => at(t) + width) };
      }
    }
  }
}

function probabilitiesOf(qkv: ArrayLike<number>, { query, keys }: Query, depth: number): number[] {
  const scores = keys.map((key) => dot(qkv, query, qkv, key, depth) / Math.sqrt(depth));
  const most = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - most));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** y [rows·queries, width]. */
export function attention(qkv: ArrayLike<number>, sizes: AttentionSizes): Float64Array {
  const { rows, queries, heads, depth } = sizes;
  const width = heads * depth;
  const y = new Float64Array(rows * queries * width);
  for (const one of queriesOf(sizes)) {
    probabilitiesOf(qkv, one, depth).forEach((p, t) => {
      for (let c = 0; c < depth; c += 1) y[one.answer + c]! += p * qkv[one.keys[t]! + width + c]!;
    });
  }
  return y;
}

/** dqkv from dy, by the chain rule: dV = p·dy, ds = p(dy·v − Σ p dy·v), dq and dk from s = q·k/√depth. */
export function attentionGradient(dy: ArrayLike<number>, qkv: ArrayLike<number>, sizes: AttentionSizes): Float64Array {
  const { heads, depth } = sizes;
  const width = heads * depth;
  const d = new Float64Array(qkv.length);
  for (const one of queriesOf(sizes)) {
    const p = probabilitiesOf(qkv, one, depth);
    const along = one.keys.map((key) => dot(dy, one.answer, qkv, key + width, depth));
    const mean = p.reduce((sum, share, t) => sum + share * along[t]!, 0);
    one.keys.forEach((key, t) => {
      const ds = (p[t]! * (along[t]! - mean)) / Math.sqrt(depth);
      for (let c = 0; c < depth; c += 1) {
        d[key + width + c]! += p[t]! * dy[one.answer + c]!;
        d[one.query + c]! += ds * qkv[key + c]!;
        d[key + c]! += ds * qkv[one.query + c]!;
      }
    });
  }
  return d;
}

function dot(a: ArrayLike<number>, from: number, b: ArrayLike<number>, by: number, count: number): number {
  let sum = 0;
  for (let c = 0; c < count; c += 1) sum += a[from + c]! * b[by + c]!;
  return sum;
}
