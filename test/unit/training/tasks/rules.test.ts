/** What holds for the hidden rule of every built-in task. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { END } from '../../../../src/training/rows';
import { CONTENT_WORDS, RESPONSE_LENGTH, typeOf } from '../../../../src/training/tasks/common/prompts';
import { CONNECTIVE_TOKENS, CONTENT_TOKENS, HARMFUL_TOKENS, TYPE_TOKENS, VOCABULARY, within, type TokenRange } from '../../../../src/training/tasks/common/vocabulary';
import { BUILT_IN } from './builtIn';

/** No response of this length can be worse under any of the rules: fifteen times the costliest token, and the length. */
const WORST = -20;

const prompts = fc
  .tuple(fc.nat(TYPE_TOKENS.count - 1), fc.uniqueArray(fc.nat(CONTENT_TOKENS.count - 1), { minLength: CONTENT_WORDS, maxLength: CONTENT_WORDS }))
  .map(([type, words]) => [TYPE_TOKENS.first + type, ...words.map((w) => CONTENT_TOKENS.first + w)]);

const anyToken = fc.integer({ min: END + 1, max: VOCABULARY - 1 });
/** Bodies that are about the prompt half of the time: of words drawn blindly few rules take notice. */
const cases = prompts.chain((prompt) => fc.record({
  prompt: fc.constant(prompt),
  body: fc.array(fc.oneof(anyToken, fc.constantFrom(...prompt.slice(1))), { maxLength: RESPONSE_LENGTH - 1 }),
}));

/** A renaming of the tokens of one range. */
const renaming = (range: TokenRange): fc.Arbitrary<(token: number) => number> => {
  const ids = Array.from({ length: range.count }, (_, i) => range.first + i);
  return fc.shuffledSubarray(ids, { minLength: range.count, maxLength: range.count })
    .map((renamed) => (token) => (within(range, token) ? renamed[token - range.first] ?? token : token));
};

describe.each(BUILT_IN)('golden rule of $name', ({ reward, best, interchangeable }) => {
  const close = (body: readonly number[]): number[] => [...body, END];

  test('bounded, the same when asked again, and one lower when the end is missing', () => {
    fc.assert(fc.property(cases, ({ prompt, body }) => {
      const score = reward(prompt, close(body));
      expect(score).toBeLessThanOrEqual(best);
      expect(score).toBeGreaterThan(WORST);
      expect(reward(Int32Array.from(prompt), Int32Array.from(close(body)))).toBe(score);
      expect(reward(prompt, body)).toBeCloseTo(score - 1, 8);
    }));
  });

  test('what lies behind the end token changes nothing', () => {
    fc.assert(fc.property(cases, fc.array(fc.nat(VOCABULARY - 1), { maxLength: 5 }), ({ prompt, body }, after) => {
      expect(reward(prompt, [...close(body), ...after])).toBe(reward(prompt, close(body)));
    }));
  });

  test.each([
    ['content words, in prompt and response alike', CONTENT_TOKENS],
    ['connectives', CONNECTIVE_TOKENS],
    ['harmful tokens', HARMFUL_TOKENS],
  ])('which %s stand there does not matter, only what they do', (_, range) => {
    fc.assert(fc.property(cases, renaming(range), ({ prompt, body }, renamed) => {
      expect(reward(prompt.map(renamed), close(body.map(renamed)))).toBe(reward(prompt, close(body)));
    }));
  });

  test('the order of what is alike in the prompt does not matter', () => {
    // Summaries weigh their salient words by place; harmlessness does not: each task says what is alike to it.
    fc.assert(fc.property(cases, fc.nat(), ({ prompt, body }, turn) => {
      const places = interchangeable(typeOf(prompt));
      const turned = [...prompt];
      places.forEach((place, i) => { turned[place] = prompt[places[(i + turn) % places.length] ?? place] ?? 0; });
      expect(reward(turned, close(body))).toBe(reward(prompt, close(body)));
    }));
  });

  test('the type matters: some response is worth different scores under different types', () => {
    const seen = fc.sample(cases, { numRuns: 200, seed: 1 }).some(({ prompt: [, ...words], body }) => {
      const scores = Array.from({ length: TYPE_TOKENS.count }, (_, type) => reward([TYPE_TOKENS.first + type, ...words], close(body)));
      return new Set(scores).size > 1;
    });
    expect(seen).toBe(true);
  });
});
