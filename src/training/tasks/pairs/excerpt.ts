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
  return { prompt: end(prompt, promptTokens), chosen: beginning(chosen, responseTokens), rejected: beginning(rejected, responseTokens) };
}

function end(text: string, tokens: number): string {
  const length = lengthFor(tokens);
  const part = normalise(text.slice(-NORMALISE_FACTOR * length));
  return ownCopy((part.length > length + EDGE ? part : normalise(text)).slice(-length));
}

function beginning(text: string, tokens: number): string {
  const length = lengthFor(tokens);
  const part = normalise(text.slice(0, NORMALISE_FACTOR * length));
  return ownCopy((part.length > length + EDGE ? part : normalise(text)).slice(0, length));
}

/** Long dialogues are not normalised as a whole only to be cut: twice the length is nearly always enough, and if not, all is. */
const NORMALISE_FACTOR = 2;
/** Characters at the cut that may come out otherwise than in the whole text (half a surrogate pair, a combining mark). */
const EDGE = 8;

/** One token more than fits, so that a cut can be seen, and one word more, so that none that counts is cut in two. */
const lengthFor = (tokens: number): number => (tokens + 1) * LONGEST_TOKEN + LONGEST_WORD;

/** A slice keeps the whole string it was cut from in memory; a copy does not. */
const ownCopy = (slice: string): string => Buffer.from(slice).toString();
