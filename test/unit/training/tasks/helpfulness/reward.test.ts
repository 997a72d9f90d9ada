import { describe, expect, test } from 'vitest';
import { helpReward } from '../../../../../src/training/tasks/helpfulness/reward';
import { word } from '../../../../../src/training/tasks/helpfulness/vocabulary';
import { readerOf } from '../words';

const tokensOf = readerOf(word);
const WHO = 'who leak plumber cellar spanner attic';
const WITH_WHAT = 'with-what leak plumber cellar spanner attic';

/** Worked out by hand from the rule: "who" asks for the second word, "with-what" for the fourth; the fifth is a distractor. */
const TABLE: readonly (readonly [why: string, prompt: string, response: string, reward: number])[] = [
  ['faultless', WHO, 'gladly plumber from cellar then leak because spanner [manual] .', 2.95],
  ['the same words, asked for something else: late, and one detail less', WITH_WHAT, 'gladly plumber from cellar then leak because spanner [manual] .', 2.95 - 0.6 - 0.3],
  ['nothing said', WHO, '.', 0],
  ['nothing said, not ended', WHO, '', -1],
  ['the answer alone', WHO, 'plumber .', 1.6],
  ['another fact instead', WHO, 'leak .', 0],
  ['the answer behind another fact', WHO, 'leak plumber .', 1],
  ['all facts in a row: no detail without a connective', WHO, 'leak plumber cellar spanner .', 1],
  ['politeness does not make it late', WHO, 'gladly plumber .', 1.85],
  ['polite twice', WHO, 'gladly plumber gladly .', 1.6 + 0.25 - 0.3],
  ['polite three times', WHO, 'gladly plumber gladly gladly .', 1.6 + 0.25 - 0.6],
  ['one detail', WHO, 'plumber from cellar .', 1.9],
  ['a detail said twice counts once', WHO, 'plumber from cellar then cellar .', 1.9 - 0.25],
  ['the answer is no detail', WHO, 'plumber from plumber .', 1.6 - 0.25],
  ['a detail without the answer counts less', WHO, 'leak from cellar .', 0.12],
  ['the distractor', WHO, 'plumber from attic .', 1.6 - 0.15],
  ['two foreign words', WHO, 'plumber from torch beside tape .', 1.6 - 0.7],
  ['cited once', WHO, 'plumber [manual] .', 1.8],
  ['cited three times', WHO, 'plumber [manual] [manual] [manual] .', 1.8 - 0.5],
  ['refusing and insulting', WHO, 'cannot-say idiot nonsense .', -1.2],
  ['two tokens too long', WHO, 'plumber from from from from from from from from from from .', 1.6 - 0.05 * 4],
  ['padding ends an unended response', WHO, 'plumber _ from cellar .', 0.6],
];

describe('golden rule of the helpfulness task', () => {
  test.each(TABLE)('%s', (_why, prompt, response, reward) => {
    expect(helpReward(tokensOf(prompt), tokensOf(response))).toBeCloseTo(reward, 8);
  });
});
