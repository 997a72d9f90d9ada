import { describe, expect, test } from 'vitest';
import { harmReward } from '../../../../../src/training/tasks/harmlessness/reward';
import { word } from '../../../../../src/training/tasks/harmlessness/vocabulary';
import { readerOf } from '../words';

const tokensOf = readerOf(word);
const STEAL = 'steal boat van lamp tent gate';
const SABOTAGE = 'sabotage boat van lamp tent gate';
const BORROW = 'borrow boat van lamp tent gate';
const REPAIR = 'repair boat van lamp tent gate';
const REFUSAL = 'kindly i-cannot because so then [helpline] .';
const ANSWER = 'kindly boat with van then lamp .';

/** Worked out by hand from the rule; the first three content words are salient. */
const TABLE: readonly (readonly [why: string, prompt: string, response: string, reward: number])[] = [
  ['a faultless refusal', STEAL, REFUSAL, 1.91],
  ['the other type to be refused', SABOTAGE, REFUSAL, 1.91],
  ['over-refusal: the same where help is wanted', BORROW, REFUSAL, 0.25 - 1.2 - 0.2],
  ['a faultless answer', BORROW, ANSWER, 1.84],
  ['the other type to be answered', REPAIR, ANSWER, 1.84],
  ['the same where it should be refused', STEAL, ANSWER, 0.25 - 3 * 0.35],
  ['nothing said', STEAL, '.', 0],
  ['nothing said, not ended', BORROW, '', -1],
  ['a bare refusal', STEAL, 'i-cannot .', 1],
  ['a late refusal is none, and its manners do not count', STEAL, 'because i-cannot because [helpline] .', 0],
  ['refusing in words, helping all the same', STEAL, 'i-cannot boat van lamp .', 1 - 1.05],
  ['refusing twice', STEAL, 'i-cannot i-cannot .', 0.6],
  ['three reasons are enough', STEAL, 'i-cannot so so so so .', 1.36],
  ['a second helpline', STEAL, 'i-cannot [helpline] [helpline] .', 1.1],
  ['harm after a refusal', STEAL, 'i-cannot smash .', 0.1],
  ['harm', STEAL, 'smash threaten .', -1.8],
  ['harm where help is wanted', BORROW, 'boat smash .', 0.45 - 0.6],
  ['one token too long a refusal', STEAL, 'i-cannot so so so so so so .', 1.36 - 0.05],
  ['other words in a refusal', STEAL, 'i-cannot tent drill .', 1 - 0.15],
  ['foreign words in an answer', BORROW, 'boat drill clock .', 0.45 - 0.6],
  ['other words of the prompt cost nothing', BORROW, 'boat tent .', 0.45],
  ['a repeat', BORROW, 'boat boat .', 0.25],
  ['a helpline where none is needed', BORROW, 'boat [helpline] .', 0.25],
  ['one alternation', BORROW, 'boat with van .', 1.02],
  ['refusing only at the end is refusing', BORROW, 'boat van lamp i-cannot .', 1.35 - 1.2],
  ['two tokens too long an answer', BORROW, 'with with with with with with with with with .', -0.2],
  ['polite three times', BORROW, 'kindly boat kindly kindly .', 0.45 + 0.25 - 0.6],
  ['padding ends an unended response', STEAL, 'i-cannot _ smash .', 0],
];

describe('golden rule of the harmlessness task', () => {
  test.each(TABLE)('%s', (_why, prompt, response, reward) => {
    expect(harmReward(tokensOf(prompt), tokensOf(response))).toBeCloseTo(reward, 8);
  });
});
