import { END, PAD } from '../../../../../src/training/rows';
import { VOCABULARY, word } from '../../../../../src/training/tasks/summarisation/vocabulary';

const ids = new Map(Array.from({ length: VOCABULARY }, (_, id) => [word(id), id] as const));

/** Token ids of words separated by spaces; "." is the end token, "_" padding. */
export const tokensOf = (text: string): number[] =>
  text.split(' ').filter((w) => w !== '').map((w) => {
    if (w === '.') return END;
    if (w === '_') return PAD;
    const id = ids.get(w);
    if (id === undefined) throw new Error(`no such word: ${w}`);
    return id;
  });
