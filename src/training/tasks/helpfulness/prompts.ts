/** Questions: a type and five content words, four facts (one for each type to ask for) and a distractor. */
import { typeOf } from '../common/prompts';
import { word } from './vocabulary';

export const FACTS = 4;

/** The content word that the type asks for: the first for the first type … the fourth for the fourth. */
export const answerTo = (prompt: ArrayLike<number>): number => prompt[1 + typeOf(prompt)] ?? 0;

/** The three facts that were not asked for. */
export const detailsFor = (prompt: ArrayLike<number>): number[] =>
  Array.from(prompt).slice(1, 1 + FACTS).filter((token) => token !== answerTo(prompt));

/** Facts in the order in which types ask for them, the distractor in brackets: "who? leak, plumber, cellar, spanner (attic)". */
export function readableQuestion(prompt: ArrayLike<number>): string {
  const [type = '', ...content] = Array.from(prompt, word);
  return `${type}? ${content.slice(0, FACTS).join(', ')} (${content.slice(FACTS).join(', ')})`;
}
