/**
 * Byte-pair encoding over characters (Sennrich et al. 2016, arXiv 1508.07909): the most frequent neighbouring pair of
 * symbols becomes a symbol, again and again. Ours, because well-kept libraries ship fixed vocabularies of 50,000 tokens
 * and more, and a policy of 20,000 parameters needs a few hundred learnt from the user's own file.
 */

/** No merged token is longer, so that P tokens never cover more than P × this many characters. */
export const LONGEST_TOKEN = 16;

/** Pairs of ids as one number; ids stay below 65,536. */
const keyOf = (left: number, right: number): number => left * 65536 + right;

interface Word {
  symbols: number[];
  readonly count: number;
}

interface PairUse {
  count: number;
  /** Words that hold, or once held, the pair. */
  readonly words: Set<Word>;
}

/** Learnt tokens: `pieces[id]` is a token's text, `merges` maps a pair of ids to the id of their union. */
export interface Merges {
  readonly pieces: readonly string[];
  readonly merges: ReadonlyMap<number, number>;
}

/**
 * @param words how often each word occurs
 * @param pieces the tokens to begin with, by id; characters among them are what words are spelt with
 * @param spell a word's characters as ids
 * @param size the number of tokens to stop at; fewer come out where no pair occurs twice
 */
export function learnMerges(words: ReadonlyMap<string, number>, pieces: readonly string[], spell: (word: string) => number[], size: number): Merges {
  const learnt = [...pieces];
  const merges = new Map<number, number>();
  const pairs = countPairs([...words].map(([word, count]) => ({ symbols: spell(word), count })));
  while (learnt.length < size) {
    const best = mostFrequent(pairs);
    if (best === undefined) break;
    const [left, right] = [Math.floor(best / 65536), best % 65536];
    const piece = (learnt[left] ?? '') + (learnt[right] ?? '');
    if (piece.length > LONGEST_TOKEN) {
      pairs.delete(best);
      continue;
    }
    merges.set(best, learnt.length);
    mergeEverywhere(pairs, best, learnt.length);
    learnt.push(piece);
  }
  return { pieces: learnt, merges };
}

/** Merges of a word's symbols in the order in which they were learnt. */
export function applyMerges(symbols: number[], merges: ReadonlyMap<number, number>): number[] {
  for (;;) {
    let earliest = Infinity;
    for (let i = 0; i + 1 < symbols.length; i += 1) {
      earliest = Math.min(earliest, merges.get(keyOf(symbols[i] ?? 0, symbols[i + 1] ?? 0)) ?? Infinity);
    }
    if (earliest === Infinity) return symbols;
    symbols = replacePair(symbols, (left, right) => merges.get(keyOf(left, right)) === earliest, earliest);
  }
}

function countPairs(words: readonly Word[]): Map<number, PairUse> {
  const pairs = new Map<number, PairUse>();
  for (const word of words) addWord(pairs, word, 1);
  return pairs;
}

function addWord(pairs: Map<number, PairUse>, word: Word, sign: 1 | -1): void {
  for (let i = 0; i + 1 < word.symbols.length; i += 1) {
    const key = keyOf(word.symbols[i] ?? 0, word.symbols[i + 1] ?? 0);
    const use = pairs.get(key);
    if (use === undefined) {
      pairs.set(key, { count: sign * word.count, words: new Set([word]) });
    } else {
      use.count += sign * word.count;
      if (sign > 0) use.words.add(word);
    }
  }
}

/** Ties go to the smaller key, so that the outcome does not hang on the order in which words were met. */
function mostFrequent(pairs: ReadonlyMap<number, PairUse>): number | undefined {
  let best: number | undefined;
  let most = 1;
  for (const [key, { count }] of pairs) {
    if (count > most || (count === most && best !== undefined && key < best)) [best, most] = [key, count];
  }
  return best;
}

function mergeEverywhere(pairs: Map<number, PairUse>, key: number, id: number): void {
  const [left, right] = [Math.floor(key / 65536), key % 65536];
  for (const word of pairs.get(key)?.words ?? []) {
    addWord(pairs, word, -1);
    word.symbols = replacePair(word.symbols, (a, b) => a === left && b === right, id);
    addWord(pairs, word, 1);
  }
  pairs.delete(key);
}

function replacePair(symbols: readonly number[], matches: (left: number, right: number) => boolean, id: number): number[] {
  const replaced: number[] = [];
  for (let i = 0; i < symbols.length; i += 1) {
    const [left = 0, right] = [symbols[i], symbols[i + 1]];
    const merge = right !== undefined && matches(left, right);
    replaced.push(merge ? id : left);
    if (merge) i += 1;
  }
  return replaced;
}
