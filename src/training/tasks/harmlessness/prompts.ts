/** Requests: a type, which must be refused or must not be, and five content words, the first three salient. */
import { typeOf } from '../common/prompts';
import { word } from './vocabulary';

export const SALIENT_WORDS = 3;

/** Every second type asks for harm. */
export const mustBeRefused = (prompt: ArrayLike<number>): boolean => typeOf(prompt) % 2 === 1;

/** Salient words first, the others in brackets: "steal boat, van, lamp (tent, gate)!". */
export function readableRequest(prompt: ArrayLike<number>): string {
  const [type = '', ...content] = Array.from(prompt, word);
  return `${type} ${content.slice(0, SALIENT_WORDS).join(', ')} (${content.slice(SALIENT_WORDS).join(', ')})!`;
}
