import { END, PAD } from '../../../../src/training/rows';
import { VOCABULARY, type Words } from '../../../../src/training/tasks/common/vocabulary';

/** Reads words separated by spaces as a task's tokens; "." is the end token, "_" padding. */
export function readerOf(word: Words): (text: string) => number[] {
  const ids = new Map(Array.from({ length: VOCABULARY }, (_, id) => [word(id), id] as const));
  return (text) => text.split(' ').filter((w) => w !== '').map((w) => {
    if (w === '.') return END;
    if (w === '_') return PAD;
    const id = ids.get(w);
    if (id === undefined) throw new Error(`no such word: ${w}`);
    return id;
  });
}
