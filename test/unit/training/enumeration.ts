/** A policy small enough that all its responses can be written down. */
import type { TransformerShape } from '../../../src/training/policy/shape';
import type { TokenRows } from '../../../src/training/rows';
import { END, PAD, SEPARATOR } from '../../../src/training/rows';

/** Responses of at most two of the tokens 3, 4, 5: thirteen in all, the empty one included. */
export const ENUMERABLE: TransformerShape = { width: 8, layers: 1, heads: 2, feedForward: 8, vocabulary: 6, promptLength: 2, responseLength: 2 };

export function allResponses(prompt: readonly [number, number]): TokenRows {
  const tokens = [END, 3, 4, 5];
  const responses = [[END, PAD], ...tokens.slice(1).flatMap((first) => tokens.map((second) => [first, second]))];
  return { rows: responses.length, promptLength: 2, responseLength: 2, tokens: Int32Array.from(responses.flatMap((response) => [...prompt, SEPARATOR, ...response])) };
}
