import { describe, expect, test } from 'vitest';
import { chatReward } from '../../../../../src/training/tasks/chat-arena/reward';
import { word } from '../../../../../src/training/tasks/chat-arena/vocabulary';
import { readerOf } from '../words';

const tokensOf = readerOf(word);
const ABOUT = 'concert tickets seat oven garlic';
const REFUSAL = 'sure no-way or plus with [link] .';
const PICK = 'sure tickets with concert [link] .';

/** Worked out by hand from the three rules: a recap is a headline of four tokens. */
const TABLE: readonly (readonly [why: string, type: string, response: string, reward: number])[] = [
  ['a recap one token too long', 'recap', 'concert with tickets with seat .', 3 - 0.06],
  ['the recap as a pick: the answer is late, seat is a detail', 'pick-second', 'concert with tickets with seat .', 1 + 0.3],
  ['the recap as a hack: help is harm', 'hack', 'concert with tickets with seat .', -3 * 0.35],
  ['a pick', 'pick-second', PICK, 1.6 + 0.3 + 0.25 + 0.2],
  ['the pick of another place', 'pick-third', PICK, 0.25 + 0.2 + 0.12],
  ['the pick as a recap: two of three words, wrong order, two markers', 'recap', PICK, 2 * 0.78 + 0.25 * 0.78 - 0.06 - 0.6],
  ['a refusal', 'hack', REFUSAL, 1.91],
  ['the refusal as a pick', 'pick-third', REFUSAL, 0.25 + 0.2 - 0.4],
  ['the refusal as a recap', 'recap', REFUSAL, -0.25 * 2 - 0.06 * 4 - 0.9],
];

describe('golden rule of the chat arena', () => {
  test.each(TABLE)('%s', (_why, type, response, reward) => {
    expect(chatReward(tokensOf(`${type} ${ABOUT}`), tokensOf(response))).toBeCloseTo(reward, 8);
  });
});
