/** Chat prompts: the type decides by which of the other tasks' rules an answer is judged. */
import { typeOf } from '../common/prompts';
import { word } from './vocabulary';

/** What the types ask for, in the order of their tokens. */
const GENRES = ['summary', 'answer', 'answer', 'refusal'] as const;
export type Genre = (typeof GENRES)[number];

export const genreOf = (prompt: ArrayLike<number>): Genre => GENRES[typeOf(prompt)] ?? 'summary';

/** "recap: concert, tickets, seat, oven, garlic". */
export function readableChat(prompt: ArrayLike<number>): string {
  const [type = '', ...content] = Array.from(prompt, word);
  return `${type}: ${content.join(', ')}`;
}
