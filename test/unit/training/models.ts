/** Small models and rows for the engine's tests. */
import { RandomStream } from '../../../src/core/random';
import type { LogRatios } from '../../../src/training/objectives/registry';
import { tf } from '../../../src/training/backend/tensorflow';
import { sequenceLogProbabilities } from '../../../src/training/policy/logProbabilities';
import type { TransformerShape } from '../../../src/training/policy/shape';
import type { TransformerWeights } from '../../../src/training/policy/weights';
import type { RowShape, TokenRows } from '../../../src/training/rows';
import { END, FIRST_FREE_TOKEN, PAD, SEPARATOR, responseMask, rowLength } from '../../../src/training/rows';

export const TINY: TransformerShape = { width: 8, layers: 2, heads: 2, feedForward: 12, vocabulary: 9, promptLength: 3, responseLength: 5 };
/** Depth 3, odd lengths: nothing is a multiple of anything. */
export const ODD: TransformerShape = { width: 9, layers: 1, heads: 3, feedForward: 7, vocabulary: 11, promptLength: 2, responseLength: 3, scalarHead: true, promptMatch: true };

/** The same in the form of GPT-2: centred norms, GELU, a bias everywhere. */
export const GPT2: TransformerShape = { ...TINY, width: 10, block: 'gpt2' };

/** Random prompts (some padded on the left) with random responses of every length. */
export function randomRows(shape: RowShape & { vocabulary: number }, rows: number, random: RandomStream): TokenRows {
  const length = rowLength(shape);
  const tokens = new Int32Array(rows * length);
  const free = (): number => FIRST_FREE_TOKEN + random.integer(shape.vocabulary - FIRST_FREE_TOKEN);
  for (let row = 0; row < rows; row += 1) {
    const padding = random.integer(shape.promptLength);
    for (let i = 0; i < length; i += 1) tokens[row * length + i] = i < padding ? PAD : free();
    tokens[row * length + shape.promptLength] = SEPARATOR;
    const end = random.integer(shape.responseLength + 1);
    for (let t = end; t < shape.responseLength; t += 1) tokens[row * length + shape.promptLength + 1 + t] = t === end ? END : PAD;
  }
  return { rows, promptLength: shape.promptLength, responseLength: shape.responseLength, tokens };
}

/** log π of the first and second half of the rows, as if the reference gave every response the same probability. */
export function halves(weights: TransformerWeights, shape: TransformerShape, rows: TokenRows): LogRatios {
  const values = sequenceLogProbabilities(weights, shape, rows);
  return { chosen: tf.slice(values, 0, rows.rows / 2), rejected: tf.slice(values, rows.rows / 2, rows.rows / 2) };
}

/** [rows, R]: 1 for each response token up to the end token. */
export const maskOf = (rows: TokenRows): tf.Tensor2D => tf.tensor2d(responseMask(rows), [rows.rows, rows.responseLength]);

export const stream = (purpose: string): RandomStream => RandomStream.of(7, purpose);
