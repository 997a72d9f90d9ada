/** The other layers in double precision. */

/** GPT-2's GELU: ½x(1 + tanh √(2/π)(x + 0.044715 x³)). */
export const gelu = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

/** log softmax of each row of logits [rows, vocabulary]. */
export function logSoftmax(logits: ArrayLike<number>, vocabulary: number): Float64Array {
  const all = Float64Array.from(logits);
  for (let from = 0; from < all.length; from += vocabulary) {
    const row = all.subarray(from, from + vocabulary);
    const most = Math.max(...row);
    const normaliser = Math.log(row.reduce((sum, value) => sum + Math.exp(value - most), 0));
    row.forEach((value, i) => (row[i] = value - most - normaliser));
  }
  return all;
}

export interface EmbeddingTables {
  readonly token: ArrayLike<number>;
  readonly position: ArrayLike<number>;
  readonly match?: ArrayLike<number>;
}

export interface EmbeddingIndices {
  readonly tokens: ArrayLike<number>;
  readonly matches?: ArrayLike<number>;
  readonly rows: number;
  readonly length: number;
  readonly first: number;
}

/** x [rows·length, width] of token + position (+ match, where its index is not 0). */
export function embedding({ token, position, match }: EmbeddingTables, { tokens, matches, rows, length, first }: EmbeddingIndices, width: number): Float64Array {
  return Float64Array.from({ length: rows * length * width }, (_, at) => {
    const c = at % width;
    const t = Math.floor(at / width) % length;
    const index = Math.floor(at / width / length) * length + t;
    const matched = matches && match && matches[index]! > 0 ? match[matches[index]! * width + c]! : 0;
    return token[tokens[index]! * width + c]! + position[(first + t) * width + c]! + matched;
  });
}
