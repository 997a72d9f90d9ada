import { describe, expect, it } from 'vitest';
import { decide, effectText, judge, overall } from '../../../../src/core/study/judge';
import type { Claim, EffectUnit, Side, Verdict } from '../../../../src/core/study';

const above: Side = { kind: 'above' };
const below: Side = { kind: 'below' };
const within: Side = { kind: 'within', margin: 0.02 };

describe('the rule', () => {
  it.each<[string, Side, number, number, Verdict]>([
    ['above, clear of zero', above, 0.01, 0.05, 'supports'],
    ['above, on the other side', above, -0.05, -0.01, 'against'],
    ['above, holding zero', above, -0.01, 0.05, 'undecided'],
    ['above, touching zero', above, 0, 0.05, 'undecided'],
    ['above by rounding alone', above, 1e-17, 2e-17, 'undecided'],
    ['below, clear of zero', below, -0.05, -0.01, 'supports'],
    ['below, on the other side', below, 0.01, 0.05, 'against'],
    ['below, touching zero', below, -0.05, 0, 'undecided'],
    ['within the margin', within, -0.01, 0.019, 'supports'],
    ['within, and clear of zero: still too small to matter', within, 0.005, 0.015, 'supports'],
    ['outside the margin above', within, 0.03, 0.05, 'against'],
    ['outside the margin below', within, -0.05, -0.03, 'against'],
    ['across the margin', within, 0.01, 0.03, 'undecided'],
    ['wider than the margin', within, -0.05, 0.05, 'undecided'],
  ])('%s', (_, side, low, high, verdict) => {
    expect(decide({ low, high }, side)).toBe(verdict);
  });
});

const claim = (effect: { value: number; low: number; high: number } | undefined, { seeds = 5, side = above }: { seeds?: number; side?: Side } = {}) =>
  judge({ statement: 'Online is ahead.', measured: 'online − offline', side, unit: 'win rate', effect, seeds });

describe('a claim', () => {
  it.each<[string, Claim, Verdict, RegExp, RegExp]>([
    ['supported', claim({ value: 0.04, low: 0.01, high: 0.07 }), 'supports', /^\+4\.0 points \[\+1\.0, \+7\.0\]: the interval lies above zero\.$/, /Other settings or tasks/],
    ['spoken against', claim({ value: -0.04, low: -0.07, high: -0.01 }), 'against', /the interval lies below zero/, /Other settings or tasks/],
    ['undecided: how many seeds would do', claim({ value: 0.02, low: -0.02, high: 0.06 }), 'undecided', /holds zero/, /^About 20 seeds in place of 5/],
    ['undecided for good', claim({ value: 0.001, low: -0.04, high: 0.042 }), 'undecided', /holds zero/, /^No number of seeds in reach/],
    ['no difference', claim({ value: 0.002, low: -0.01, high: 0.014 }, { side: within }), 'supports', /lies within the margin of ±2\.0/, /Other settings or tasks/],
    ['a single seed decides nothing', claim({ value: 0.1, low: 0.09, high: 0.11 }, { seeds: 1 }), 'undecided', /single seed/, /More seeds/],
    ['without runs', claim(undefined, { seeds: 0 }), 'undecided', /not there/, /Running the study/],
  ])('%s', (_, { verdict, because, wouldChange }, expected, why, change) => {
    expect(verdict).toBe(expected);
    expect(because).toMatch(why);
    expect(wouldChange).toMatch(change);
  });

  it('says what else would change it', () => {
    expect(judge({ statement: '', measured: '', side: above, unit: 'win rate', effect: undefined, seeds: 0, also: 'More steps.' }).wouldChange).toBe('Running the study to its end. More steps.');
  });
});

describe('a study', () => {
  const of = (...verdicts: Verdict[]) => overall(verdicts.map((verdict) => ({ ...claim(undefined), verdict }))).verdict;
  it.each<[Verdict[], Verdict]>([
    [['supports', 'supports', 'undecided'], 'supports'],
    [['supports', 'undecided'], 'undecided'],
    [['supports', 'supports', 'against'], 'undecided'],
    [['against', 'against', 'undecided'], 'against'],
    [['against', 'against', 'supports'], 'undecided'],
    [['undecided'], 'undecided'],
    [[], 'undecided'],
  ])('%j is %s', (verdicts, expected) => {
    expect(of(...verdicts)).toBe(expected);
  });
});

describe('an effect in words', () => {
  it.each<[number, number, number, EffectUnit, string]>([
    [0.038, 0.008, 0.068, 'win rate', '+3.8 points [+0.8, +6.8]'],
    [-0.0001, -0.02, 0.02, 'accuracy', '0.0 points [−2.0, +2.0]'],
    [-0.31, -0.5, 0.1, 'rank correlation', '−0.31 [−0.50, +0.10]'],
    [-2.64, -3, -2, 'nats/sequence', '−2.64 nats [−3.00, −2.00]'],
    [3.82, 2.56, 7.41, 'KL', '3.82 nats [2.56, 7.41]'],
    [-0.223, -0.389, -0.057, 'share', '−22.3 points [−38.9, −5.7]'],
    [612.4, 410, 905, 'golden labels', '612 golden labels [410, 905]'],
  ])('%d %s', (value, low, high, unit, text) => {
    expect(effectText({ value, low, high }, unit)).toBe(text);
  });
});
