/** Token, position and (optional) prompt-match embeddings. */
import { tf } from '../backend/tensorflow';
import { feedNamed, integers, type Feed, type Feeds, type FeedTensors } from '../optimiser/program';
import type { TokenRows } from '../rows';
import { PAD, responseLengths, rowLength } from '../rows';
import { linear } from './linear';
import type { TransformerShape } from './shape';
import type { TransformerWeights } from './weights';

export interface EmbeddingInput {
  /** int32 [rows·length]. */
  readonly tokens: tf.Tensor1D;
  /** int32 [rows·length], 0 = no match; present with `promptMatch`. */
  readonly matches?: tf.Tensor1D;
  /** int32 [rows]: positions of each row that matter; none of those behind them has to be computed. All, where absent. */
  readonly lengths?: tf.Tensor1D;
  /** Positions first … first+length−1 of each row. */
  readonly first: number;
  readonly length: number;
}

/** → [rows·length, width]: token + position (+ match where the index is not 0). */
export function embed(weights: TransformerWeights, input: EmbeddingInput): tf.Tensor2D {
  const { first, length, tokens, matches } = input;
  const tables = [weights['embedding.token'], weights['embedding.position'], ...(matches ? [weights['embedding.match']] : [])] as tf.Tensor2D[];
  const [token, position, match] = tables as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D?];
  return tf.tidy(() => {
    const width = token.shape[1];
    const rows = tokens.size / length;
    const looked = tf.reshape(lookUp(token, tokens), [rows, length, width]);
    let sum = tf.add(looked, tf.slice(position, [first, 0], [length, width]));
    if (match && matches) {
      // Index 0 means "no match": its row is kept out, in the value and in the gradient.
      const matched = tf.mul(lookUp(match, matches), tf.expandDims(tf.cast(tf.greater(matches, 0), 'float32'), 1));
      sum = tf.add(sum, tf.reshape(matched, [rows, length, width]));
    }
    return tf.reshape<tf.Rank.R2>(sum, [rows * length, width]);
  });
}

/** Stock wasm cannot differentiate a gather (it has no UnsortedSegmentSum); a product with one-hot rows says the same. */
function lookUp(table: tf.Tensor2D, indices: tf.Tensor1D): tf.Tensor2D {
  if (tf.getKernel('UnsortedSegmentSum', tf.getBackend())) return tf.gather(table, indices);
  // Integers first: stock wasm writes integer bits whatever type is asked for.
  return linear(tf.cast<tf.Tensor2D>(tf.oneHot(indices, table.shape[0]) as tf.Tensor2D, 'float32'), table);
}

/**
 * For each token of each row: 1 + the first prompt position holding the same token, 0 if there is none.
 * Only response positions have one; padding never matches. rows × (P+1+R), row-major.
 */
export function promptMatches(batch: TokenRows): Int32Array {
  const { rows, promptLength, tokens } = batch;
  const length = rowLength(batch);
  const matches = new Int32Array(tokens.length);
  for (let row = 0; row < rows; row += 1) {
    const prompt = tokens.subarray(row * length, row * length + promptLength);
    for (let at = row * length + promptLength + 1; at < (row + 1) * length; at += 1) matches[at] = matchOf(prompt, tokens[at] ?? PAD);
  }
  return matches;
}

export const matchOf = (prompt: Int32Array, token: number): number => (token === PAD ? 0 : prompt.indexOf(token) + 1);

/** The first `length` positions of each row, as feeds of `embeddingInput`: `tokens`, `lengths` and, with `promptMatch`, `matches`. */
export function embeddingFeeds(shape: TransformerShape, batch: TokenRows, length: number): Feeds {
  const columns = (values: Int32Array): Feed => integers(firstColumns(values, rowLength(batch), length));
  return { tokens: columns(batch.tokens), lengths: integers(neededLengths(batch, length)), ...(shape.promptMatch ? { matches: columns(promptMatches(batch)) } : {}) };
}

/** The input of `embed` from tensors of `embeddingFeeds`. */
export function embeddingInput(feeds: FeedTensors, length: number): EmbeddingInput {
  const { matches, lengths } = feeds as { matches?: tf.Tensor1D; lengths?: tf.Tensor1D };
  return { tokens: feedNamed<tf.Tensor1D>(feeds, 'tokens'), ...(lengths ? { lengths } : {}), ...(matches ? { matches } : {}), first: 0, length };
}

/** How many of the first `length` positions of each row are read before its response has ended; the separator always is. */
function neededLengths(batch: TokenRows, length: number): Int32Array {
  const cut = rowLength(batch) - length;
  return responseLengths(batch).map((count) => batch.promptLength + 1 + Math.max(0, count - cut));
}

function firstColumns(values: Int32Array, stride: number, length: number): Int32Array {
  if (stride === length) return values;
  const columns = new Int32Array((values.length / stride) * length);
  for (let from = 0, to = 0; from < values.length; from += stride, to += length) columns.set(values.subarray(from, from + length), to);
  return columns;
}
