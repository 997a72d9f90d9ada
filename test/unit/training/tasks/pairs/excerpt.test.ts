import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { excerpt } from '../../../../../src/training/tasks/pairs/excerpt';
import { normalise } from '../../../../../src/training/tasks/pairs/text';
import { SubwordVocabulary } from '../../../../../src/training/tasks/pairs/vocabulary';

const LENGTHS = { promptTokens: 5, responseTokens: 5 };
const word = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', '.', '7'), minLength: 1, maxLength: 20 });
const space = fc.constantFrom(' ', '\n\n', '          ', ' '.repeat(700));
const longText = fc.array(fc.tuple(word, space), { minLength: 1, maxLength: 120 }).map((parts) => parts.flat().join(''));

describe('excerpt', () => {
  test('gives the same kept tokens, and the same verdict on the cut, as the whole text', () => {
    fc.assert(fc.property(longText, longText, (prompt, response) => {
      const vocabulary = SubwordVocabulary.learn([normalise(prompt), normalise(response)], 64);
      const cut = excerpt({ prompt, chosen: response, rejected: response }, LENGTHS);
      const [whole, part] = [vocabulary.encode(prompt), vocabulary.encodeEnd(cut.prompt, 6)];
      expect(part.slice(-5)).toEqual(whole.slice(-5));
      expect(part.length > 5).toBe(whole.length > 5);
      const [wholeResponse, partResponse] = [vocabulary.encode(response), vocabulary.encodeBeginning(cut.chosen, 6)];
      expect(partResponse.slice(0, 5)).toEqual(wholeResponse.slice(0, 5));
      expect(partResponse.length > 5).toBe(wholeResponse.length > 5);
    }), { numRuns: 300 });
  });

  test('keeps a bounded part of a text of a million characters', () => {
    const part = excerpt({ prompt: 'x '.repeat(500_000), chosen: 'y'.repeat(1_000_000), rejected: ' '.repeat(1_000_000) + 'z' }, LENGTHS);
    expect(part.prompt.length).toBeLessThan(200);
    expect(part.chosen.length).toBeLessThan(200);
    expect(part.rejected).toBe('z');
  });
});
