/** Prompts to summarise: a format and five content words, the first three salient, the last two distractors. */
import { typeOf } from '../common/prompts';
import { word } from './vocabulary';

export const SALIENT_WORDS = 3;

/** How many tokens, the end token apart, the prompt's format asks for: 4 for a headline … 7 for a digest. */
export const targetLength = (prompt: ArrayLike<number>): number => 4 + typeOf(prompt);

/** Salient words first, distractors in brackets: "headline: storm, ferry, mayor (river, fire)". */
export function readablePrompt(prompt: ArrayLike<number>): string {
  const [format = '', ...content] = Array.from(prompt, word);
  return `${format}: ${content.slice(0, SALIENT_WORDS).join(', ')} (${content.slice(SALIENT_WORDS).join(', ')})`;
}
