/** A subword vocabulary learnt from the user's file: reserved ids, one token for unknown characters, characters, merges. */
import { FIRST_FREE_TOKEN } from '../../rows';
import { applyMerges, learnMerges, type Merges } from './bytePairs';
import { normalise, wordsOf } from './text';

export const UNKNOWN = FIRST_FREE_TOKEN;
const FIRST_CHARACTER = UNKNOWN + 1;
/** What an unknown character is shown as. */
export const UNKNOWN_MARK = '\uFFFD';
/** At most this share of the vocabulary goes to single characters; a script with thousands leaves the rare ones unknown. */
const CHARACTER_SHARE = 0.7;
/** Words whose tokens are remembered; natural text repeats itself, noise must not fill the memory. */
const CACHED_WORDS = 50_000;

export class SubwordVocabulary {
  private readonly cache = new Map<string, readonly number[]>();

  private constructor(private readonly characters: ReadonlyMap<string, number>, private readonly learnt: Merges) {}

  /** @param texts normalised  @param size tokens, reserved ids included; fewer are learnt where the texts are few */
  static learn(texts: Iterable<string>, size: number): SubwordVocabulary {
    const words = new Map<string, number>();
    for (const text of texts) for (const word of wordsOf(text)) words.set(word, (words.get(word) ?? 0) + 1);
    const alphabet = mostFrequentCharacters(words, Math.floor((size - FIRST_CHARACTER) * CHARACTER_SHARE));
    const characters = new Map(alphabet.map((character, i) => [character, FIRST_CHARACTER + i] as const));
    // An unknown character must never become part of a merge: nothing could be spelt with it.
    const known = new Map([...words].filter(([word]) => Array.from(word).every((character) => characters.has(character))));
    const spell = (word: string): number[] => Array.from(word, (character) => characters.get(character) ?? UNKNOWN);
    return new SubwordVocabulary(characters, learnMerges(known, ['', '', '', UNKNOWN_MARK, ...alphabet], spell, size));
  }

  /** Tokens, the reserved ones included. */
  get size(): number {
    return this.learnt.pieces.length;
  }

  /** Never fails: a character outside the vocabulary becomes UNKNOWN. */
  encode(text: string): number[] {
    return this.encodeBeginning(normalise(text), Infinity);
  }

  /** At least the first `enough` tokens of a normalised text, where it has as many; words beyond them are left alone. */
  encodeBeginning(normalised: string, enough: number): number[] {
    const tokens: number[] = [];
    for (const word of wordsOf(normalised)) {
      if (tokens.length >= enough) break;
      tokens.push(...this.encodeWord(word));
    }
    return tokens;
  }

  /** At least the last `enough` tokens of a normalised text, where it has as many. */
  encodeEnd(normalised: string, enough: number): number[] {
    const words: (readonly number[])[] = [];
    let length = 0;
    for (const word of wordsOf(normalised).reverse()) {
      if (length >= enough) break;
      const tokens = this.encodeWord(word);
      words.push(tokens);
      length += tokens.length;
    }
    return words.reverse().flat();
  }

  /** The normalised text again, where all its characters are known. */
  decode(tokens: Iterable<number>): string {
    return Array.from(tokens, (token) => this.learnt.pieces[token] ?? UNKNOWN_MARK).join('');
  }

  private encodeWord(word: string): readonly number[] {
    const known = this.cache.get(word);
    if (known !== undefined) return known;
    const tokens = applyMerges(Array.from(word, (character) => this.characters.get(character) ?? UNKNOWN), this.learnt.merges);
    if (this.cache.size < CACHED_WORDS) this.cache.set(word, tokens);
    return tokens;
  }
}

function mostFrequentCharacters(words: ReadonlyMap<string, number>, most: number): string[] {
  const counts = new Map<string, number>();
  for (const [word, count] of words) for (const character of word) counts.set(character, (counts.get(character) ?? 0) + count);
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([character]) => character);
}
