/**
 * Token rows: how prompts and responses lie in memory everywhere in training.
 *
 * A row is `prompt (P) | separator | response (R)`. Prompts shorter than P are padded on the left, responses are ended by
 * the end token and padded on the right. All rows of a task share P and R, so that a batch is one [rows, P+1+R] tensor.
 */
export const PAD = 0;
export const SEPARATOR = 1;
export const END = 2;
/** The first id that a task may give a meaning of its own. */
export const FIRST_FREE_TOKEN = 3;

export interface RowShape {
  readonly promptLength: number;
  readonly responseLength: number;
}

export interface TokenRows extends RowShape {
  readonly rows: number;
  /** rows × (P+1+R), row-major. */
  readonly tokens: Int32Array;
}

export const rowLength = (shape: RowShape): number => shape.promptLength + 1 + shape.responseLength;

/** Response tokens of each row, the end token included: [rows]. */
export function responseLengths(batch: TokenRows): Int32Array {
  const { rows, promptLength, responseLength, tokens } = batch;
  const length = rowLength(batch);
  const lengths = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const start = row * length + promptLength + 1;
    let t = 0;
    while (t < responseLength && tokens[start + t] !== PAD) {
      t += 1;
      if (tokens[start + t - 1] === END) break;
    }
    lengths[row] = t;
  }
  return lengths;
}

/** 1 for each response token up to and including the end token, 0 after it: rows × R, row-major. */
export function responseMask(batch: TokenRows): Float32Array {
  const mask = new Float32Array(batch.rows * batch.responseLength);
  responseLengths(batch).forEach((count, row) => mask.fill(1, row * batch.responseLength, row * batch.responseLength + count));
  return mask;
}

/** Rows `indices` of a batch, in that order. */
export function takeRows(batch: TokenRows, indices: ArrayLike<number>): TokenRows {
  const length = rowLength(batch);
  const tokens = new Int32Array(indices.length * length);
  for (let i = 0; i < indices.length; i += 1) {
    const row = indices[i] ?? 0;
    tokens.set(batch.tokens.subarray(row * length, (row + 1) * length), i * length);
  }
  return { ...batch, rows: indices.length, tokens };
}

/** First all rows of `a`, then all rows of `b`; both must have the same shape. */
export function concatRows(a: TokenRows, b: TokenRows): TokenRows {
  const tokens = new Int32Array(a.tokens.length + b.tokens.length);
  tokens.set(a.tokens);
  tokens.set(b.tokens, a.tokens.length);
  return { ...a, rows: a.rows + b.rows, tokens };
}

/** Pairs of responses to the same prompts; row i of both sides belongs together. */
export interface PreferencePairs {
  readonly chosen: TokenRows;
  readonly rejected: TokenRows;
}
