import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIRST_FREE_TOKEN } from '../../../../../src/training/rows';
import { applyMerges, LONGEST_TOKEN, learnMerges } from '../../../../../src/training/tasks/pairs/bytePairs';
import { LONGEST_WORD, normalise, wordsOf } from '../../../../../src/training/tasks/pairs/text';
import { SubwordVocabulary, UNKNOWN, UNKNOWN_MARK } from '../../../../../src/training/tasks/pairs/vocabulary';

const anyText = fc.string({ unit: 'binary', maxLength: 200 });

describe('normalised text', () => {
  test.each([
    ['  It’s  “fine” — OK ', 'it\'s "fine" - ok'],
    ['a \r\n\r\n  b\tc', 'a\nb c'],
    ['ﬁve ½', 'five 1⁄2'],
    ['lone \ud800 surrogate', 'lone \ufffd surrogate'],
  ])('%j', (text, expected) => {
    expect(normalise(text)).toBe(expected);
  });

  test('words, joined, are the text again, and none is too long', () => {
    fc.assert(fc.property(anyText, (text) => {
      const words = wordsOf(normalise(text));
      expect(words.join('')).toBe(normalise(text));
      for (const word of words) expect(Array.from(word).length).toBeLessThanOrEqual(LONGEST_WORD);
    }), { numRuns: 500 });
  });

  test('words take the space before them; digits stand alone', () => {
    expect(wordsOf('hello world\nyes: 42!')).toEqual(['hello', ' world', '\nyes', ':', ' 4', '2', '!']);
  });
});

describe('byte pairs', () => {
  const spell = (word: string): number[] => Array.from(word, (c) => c.charCodeAt(0) - 97);

  test('merge the most frequent pair first, ties by id; worked out by hand', () => {
    // ab: 5 + 2, bc: 2, ca: 2 → ab; then (ab)c: 2, c(ab): 2 … the smaller key is c(ab) = (2, 3).
    const { pieces, merges } = learnMerges(new Map([['ab', 5], ['cabc', 2]]), ['a', 'b', 'c'], spell, 5);
    expect(pieces).toEqual(['a', 'b', 'c', 'ab', 'cab']);
    expect(applyMerges(spell('cabcab'), merges)).toEqual([4, 4]);
    expect(applyMerges(spell('abba'), merges)).toEqual([3, 1, 0]);
  });

  test('stop where no pair occurs twice', () => {
    expect(learnMerges(new Map([['abc', 1]]), ['a', 'b', 'c'], spell, 100).pieces).toEqual(['a', 'b', 'c']);
  });

  test('equal neighbours merge from the left', () => {
    const { merges } = learnMerges(new Map([['aa', 3]]), ['a'], spell, 2);
    expect(applyMerges(spell('aaaaa'), merges)).toEqual([1, 1, 0]);
  });

  test('no token is longer than promised', () => {
    const { pieces } = learnMerges(new Map([['a'.repeat(LONGEST_WORD), 50]]), ['a'], spell, 64);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBe(LONGEST_TOKEN);
  });
});

describe('subword vocabulary', () => {
  const corpus = ['the cat sat on the mat', 'the dog sat on the cat', 'a cat and a dog and the mat'];

  test('common words become single tokens, others are spelt from pieces', () => {
    const vocabulary = SubwordVocabulary.learn(corpus, 64);
    expect(vocabulary.encode('the cat')).toHaveLength(2);
    expect(vocabulary.encode('mat')).toHaveLength(2);
    expect(vocabulary.encode('dent')).toHaveLength(4);
  });

  test('decode undoes encode for any text it was learnt from', () => {
    fc.assert(fc.property(fc.array(anyText, { minLength: 1, maxLength: 5 }), (texts) => {
      const vocabulary = SubwordVocabulary.learn(texts.map(normalise), 4096);
      for (const text of texts) expect(vocabulary.decode(vocabulary.encode(text))).toBe(normalise(text));
    }));
  });

  test('any text has tokens inside the vocabulary, and only unknown characters are lost', () => {
    const vocabulary = SubwordVocabulary.learn(corpus, 64);
    fc.assert(fc.property(anyText, (text) => {
      const tokens = vocabulary.encode(text);
      expect(tokens.every((token) => token >= FIRST_FREE_TOKEN && token < vocabulary.size)).toBe(true);
      const known = new Set(corpus.join(''));
      const expected = Array.from(normalise(text), (c) => (known.has(c) ? c : UNKNOWN_MARK)).join('');
      expect(vocabulary.decode(tokens)).toBe(expected);
    }));
  });

  test('never larger than asked for, and the same every time', () => {
    fc.assert(fc.property(fc.array(anyText, { maxLength: 20 }), fc.integer({ min: 64, max: 300 }), (texts, size) => {
      const [a, b] = [SubwordVocabulary.learn(texts.map(normalise), size), SubwordVocabulary.learn(texts.map(normalise), size)];
      expect(a.size).toBeLessThanOrEqual(size);
      for (const text of texts) expect(a.encode(text)).toEqual(b.encode(text));
    }));
  });

  test('a script with more characters than tokens leaves the rare ones unknown', () => {
    const rare = Array.from({ length: 500 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
    const vocabulary = SubwordVocabulary.learn([`${'一'.repeat(50)}${rare}`], 64);
    expect(vocabulary.encode('一')).not.toContain(UNKNOWN);
    expect(vocabulary.encode(rare).filter((token) => token === UNKNOWN).length).toBeGreaterThan(400);
  });
});
