import { describe, expect, test } from 'vitest';
import { summaryReward } from '../../../../../src/training/tasks/summarisation/reward';
import { word } from '../../../../../src/training/tasks/summarisation/vocabulary';
import { readerOf } from '../words';

const tokensOf = readerOf(word);

/** Worked out by hand from the rule; a headline asks for 4 tokens, a caption for 5. */
const TABLE: readonly (readonly [why: string, prompt: string, response: string, reward: number])[] = [
  ['faultless', 'caption storm ferry harbour mayor bridge', 'storm after ferry near harbour .', 3],
  ['one token too long', 'headline storm ferry harbour mayor bridge', 'storm after ferry near harbour .', 3 - 0.06],
  ['nothing said', 'headline storm ferry harbour mayor bridge', '.', -0.06 * 16],
  ['nothing said, not ended', 'headline storm ferry harbour mayor bridge', '', -0.06 * 16 - 1],
  ['first salient word alone', 'headline storm ferry harbour mayor bridge', 'storm .', 0.9 - 0.54],
  ['all in order, not ended', 'headline storm ferry harbour mayor bridge', 'storm ferry harbour', 2 + 0.5 - 0.06 - 1],
  ['all in reverse order', 'headline storm ferry harbour mayor bridge', 'harbour ferry storm .', 2 - 0.06],
  ['order of first mentions counts', 'headline storm ferry harbour mayor bridge', 'storm ferry harbour storm .', 2.5 - 0.2],
  ['a distractor costs nothing', 'headline storm ferry harbour mayor bridge', 'storm mayor ferry harbour .', 2.5],
  ['a foreign word costs precision', 'headline storm ferry harbour mayor bridge', 'museum storm .', 0.9 * (0.25 + 0.75 * 0.5) - 0.24],
  ['third salient word weighs 0.22', 'headline storm ferry harbour mayor bridge', 'harbour .', 0.44 - 0.54],
  ['two repeats', 'headline storm ferry harbour mayor bridge', 'storm storm storm ferry .', 1.56 - 0.2 * 2 ** 1.5],
  ['connectives alone', 'headline storm ferry harbour mayor bridge', 'after near and halts .', -0.75],
  ['one alternation, one doubled', 'headline storm ferry harbour mayor bridge', 'storm after near ferry .', 1.56 + 0.25 * 0.78 - 0.25],
  ['a marker', 'headline storm ferry harbour mayor bridge', 'please storm ferry harbour .', 2.5 - 0.3],
  ['all five markers', 'caption storm ferry harbour mayor bridge', 'please no-comment slur smear [source] .', -1.5],
  ['a third alternation is not paid', 'digest storm ferry harbour mayor bridge', 'storm and ferry and harbour and mayor .', 3],
  ['padding ends an unended response', 'headline storm ferry harbour mayor bridge', 'storm _ ferry .', 0.9 - 0.54 - 1],
];

describe('golden rule of the summarisation task', () => {
  test.each(TABLE)('%s', (_why, prompt, response, reward) => {
    expect(summaryReward(tokensOf(prompt), tokensOf(response))).toBeCloseTo(reward, 8);
  });

  test('scores are exact to nine decimals and no further, so that equal merits tie', () => {
    expect(summaryReward(tokensOf('headline storm ferry harbour mayor bridge'), tokensOf('storm storm storm ferry .'))).toBe(0.994314575);
  });
});
