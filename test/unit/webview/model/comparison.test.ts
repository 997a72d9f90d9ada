import { describe, expect, it } from 'vitest';
import { swapComparison, toComparisonView, type ConfigRow, type OutcomeRow } from '../../../../src/core/protocol';
import { comparedMetrics, decodeBoth, differenceSummary, headlineSentence, latestRows, matchedDeltaSpec, outcomeRows, pairSpec, relativeText, shownRows, verdictOf } from '../../../../webview/model/comparison';
import { syntheticDiff, syntheticRun } from '../../../fixtures/study';

const [a, b] = [syntheticRun('offline', 1), syntheticRun('online', 1)];
const view = toComparisonView(a, b, syntheticDiff(a, b), ['seed']);
const row = (kind: ConfigRow['kind'], ignored?: boolean): ConfigRow => ({ path: 'x', kind, ...(ignored === undefined ? {} : { ignored }) });

describe('differences', () => {
  it.each<[ConfigRow[], string, number]>([
    [[row('same')], 'No differences in 1 fields', 0],
    [[row('changed'), row('same')], '1 difference in 2 fields', 1],
    [[row('only-a'), row('only-b'), row('changed', true)], '2 differences in 3 fields; 1 ignored by pattern', 2],
  ])('%#', (rows, text, shown) => {
    expect(differenceSummary(rows)).toBe(text);
    expect(shownRows(rows, false)).toHaveLength(shown);
    expect(shownRows(rows, true)).toHaveLength(rows.length);
  });
});

describe('verdictOf', () => {
  it.each<[Partial<OutcomeRow>, string]>([
    [{ metric: 'winRate', low: 0.1, high: 0.2 }, 'better'],
    [{ metric: 'winRate', low: -0.2, high: -0.1 }, 'worse'],
    [{ metric: 'winRate', low: -0.1, high: 0.1 }, 'undecided'],
    [{ metric: 'winRate', low: 0, high: 0.1 }, 'undecided'],
    [{ metric: 'loss', low: -0.2, high: -0.1 }, 'better'],
    [{ metric: 'kl', low: 0.1, high: 0.2 }, 'different'],
    [{ metric: 'winRate' }, 'no interval'],
    [{ metric: 'winRate', low: 0.1 }, 'no interval'],
  ])('%j → %s', (change, verdict) => expect(verdictOf({ metric: 'winRate', ...change })).toBe(verdict));
});

describe('outcomes', () => {
  it('begin with win rate and KL', () => expect(comparedMetrics(view).slice(0, 2)).toEqual(['winRate', 'kl']));
  it('show the last common step of each metric first', () => expect(latestRows(view).map(({ step }) => step)).toEqual([500, 500, 500, 500]));
  it('can be sorted by the size of the difference', () => {
    const sizes = outcomeRows(view, 'winRate', 'delta').map(({ delta }) => Math.abs(delta));
    expect(sizes).toEqual([...sizes].sort((one, other) => other - one));
  });
  it.each<[number, number, string]>([[0.2, 0.1, '+50%'], [0.5, -0.01, '−2.0%'], [0, 1, ''], [-2, 1, '+50%']])('of %d with %d more are %s', (at, delta, text) =>
    expect(relativeText({ metric: 'winRate', step: 0, a: at, b: at + delta, delta })).toBe(text));
});

describe('the sentence', () => {
  it('names the winner, and the other one after a swap', () => {
    expect(headlineSentence(view)).toMatch(/^B has the higher win rate at step 500 \(B − A \+0\.\d{3}, 95% interval \[/);
    expect(headlineSentence(swapComparison(view))).toMatch(/^A has the higher win rate/);
  });
  it('does not invent one', () => expect(headlineSentence({ ...view, outcome: [] })).toContain('no checkpoint in common'));
});

describe('charts', () => {
  const pair = pairSpec(decodeBoth(view));
  it('keep online in its style on whichever side it is', () => {
    const slots = (spec: typeof pair) => spec.series.map(({ key, slot }) => [key, slot]);
    expect(slots(pair)).toEqual([['A', 1], ['B', 0]]);
    expect(slots(pairSpec(decodeBoth(swapComparison(view))))).toEqual([['A', 0], ['B', 1]]);
  });
  it('share their horizontal axis', () => expect(matchedDeltaSpec(view, pair).x).toBe(pair.x));
});
