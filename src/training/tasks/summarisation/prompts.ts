/** Prompts of the built-in task: a format and five distinct content words, the first three salient, the last two distractors. */
import type { RandomStream } from '../../../core/random';
import { CONTENT_TOKENS, FORMAT_TOKENS, word } from './vocabulary';

export const SALIENT_WORDS = 3;
export const DISTRACTORS = 2;
export const PROMPT_LENGTH = 1 + SALIENT_WORDS + DISTRACTORS;
export const RESPONSE_LENGTH = 16;

/** Tokens [format, salient × 3, distractor × 2]. */
export type Prompt = Int32Array;

export function drawPrompt(random: RandomStream): Prompt {
  const prompt = new Int32Array(PROMPT_LENGTH);
  prompt[0] = FORMAT_TOKENS.first + random.integer(FORMAT_TOKENS.count);
  const words = random.permutation(CONTENT_TOKENS.count);
  for (let i = 1; i < PROMPT_LENGTH; i += 1) prompt[i] = CONTENT_TOKENS.first + (words[i - 1] ?? 0);
  return prompt;
}

/** How many tokens, the end token apart, the prompt's format asks for: 4 for a headline … 7 for a digest. */
export const targetLength = (prompt: ArrayLike<number>): number => 4 + ((prompt[0] ?? FORMAT_TOKENS.first) - FORMAT_TOKENS.first);

/** Salient words first, distractors in brackets: "headline: storm, ferry, mayor (river, fire)". */
export function readablePrompt(prompt: ArrayLike<number>): string {
  const [format = '', ...content] = Array.from(prompt, word);
  return `${format}: ${content.slice(0, SALIENT_WORDS).join(', ')} (${content.slice(SALIENT_WORDS).join(', ')})`;
}
