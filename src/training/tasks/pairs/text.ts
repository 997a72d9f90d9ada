/** Text as the vocabulary sees it: fewer distinct characters, so that a few hundred tokens go a long way. */

/** No word is longer, so that learning and encoding are linear in the text, whatever it is. */
export const LONGEST_WORD = 24;

const STRAIGHT: Readonly<Record<string, string>> = { '‘': "'", '’': "'", '“': '"', '”': '"', '–': '-', '—': '-' };

/** A word with the space or newline before it, one digit, or a run of anything else: no token crosses these borders. */
const WORDS = new RegExp(`[ \\n]?[\\p{L}\\p{M}]{1,${LONGEST_WORD - 1}}|[ \\n]?\\p{N}|[ \\n]?[^\\s\\p{L}\\p{M}\\p{N}]{1,8}|[ \\n]`, 'gu');

/**
 * Compatibility forms composed (NFKC), lower case, straight quotes and dashes, each run of white space one space, or one
 * newline where it holds one, none at the ends. What a token cannot show (case, indentation) is given up on purpose.
 */
export function normalise(text: string): string {
  return Buffer.from(text)
    .toString()
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[‘’“”–—]/g, (mark) => STRAIGHT[mark] ?? mark)
    .replace(/\s+/g, (space) => (space.includes('\n') ? '\n' : ' '))
    .trim();
}

/** @param text normalised; the words joined are the text again */
export const wordsOf = (text: string): string[] => text.match(WORDS) ?? [];
