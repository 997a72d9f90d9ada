/** The part of a text that its tokens can come from: bounds what is kept of a long line, and what is learnt from. */
import { LONGEST_TOKEN } from './bytePairs';
import type { PairText } from './shapes';
import { LONGEST_WORD, normalise } from './text';

export interface ExcerptLengths {
  readonly promptTokens: number;
  readonly responseTokens: number;
}

/** The end of the prompt and the beginnings of the responses, normalised, long enough to fill their tokens whatever these are. */
export function excerpt({ prompt, chosen, rejected }: PairText, { promptTokens, responseTokens }: ExcerptLengths): PairText {
  const end = (text: string, tokens: number): string => ownCopy(normalise(text).slice(-lengthFor(tokens)));
  const beginning = (text: string, tokens: number): string => ownCopy(normalise(text).slice(0, lengthFor(tokens)));
  return { prompt: end(prompt, promptTokens), chosen: beginning(chosen, responseTokens), rejected: beginning(rejected, responseTokens) };
}

/** One token more than fits, so that a cut can be seen, and one word more, so that none that counts is cut in two. */
const lengthFor = (tokens: number): number => (tokens + 1) * LONGEST_TOKEN + LONGEST_WORD;

/** A slice keeps the whole string it was cut from in memory; a copy does not. */
const ownCopy = (slice: string): string => Buffer.from(slice).toString();
