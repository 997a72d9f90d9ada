/** Prompts of the built-in tasks: a type, which says what is wanted, and five distinct content words, which say about what. */
import type { RandomStream } from '../../../core/random';
import { CONTENT_TOKENS, TYPE_TOKENS } from './vocabulary';

export const CONTENT_WORDS = 5;
export const PROMPT_LENGTH = 1 + CONTENT_WORDS;
export const RESPONSE_LENGTH = 16;

/** Tokens [type, content × 5]. */
export type Prompt = Int32Array;

export function drawPrompt(random: RandomStream): Prompt {
  const prompt = new Int32Array(PROMPT_LENGTH);
  prompt[0] = TYPE_TOKENS.first + random.integer(TYPE_TOKENS.count);
  const words = random.permutation(CONTENT_TOKENS.count);
  for (let i = 1; i < PROMPT_LENGTH; i += 1) prompt[i] = CONTENT_TOKENS.first + (words[i - 1] ?? 0);
  return prompt;
}

/** 0 … 3. */
export const typeOf = (prompt: ArrayLike<number>): number => (prompt[0] ?? TYPE_TOKENS.first) - TYPE_TOKENS.first;
