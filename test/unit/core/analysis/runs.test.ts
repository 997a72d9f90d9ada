import { describe, expect, it } from 'vitest';
import { budgetUsage, classificationVersusGeneration, overOptimisation, seedGroups } from '../../../../src/core/analysis';
import { RandomStream } from '../../../../src/core/random';
import { estimateOf, type Checkpoint, type MetricName, type Run } from '../../../../src/core/run';
import { ONLINE, simulateRun, simulateStudy } from './support';

/** A run of the given series of metrics, one checkpoint every ten steps. */
function runOf(series: Partial<Record<MetricName, readonly (number | undefined)[]>>, fields: Partial<Run> = {}): Run {
  const length = Math.max(...Object.values(series).map((values) => values.length));
  const checkpoints = Array.from({ length }, (_, i): Checkpoint => {
    const metrics: Checkpoint['metrics'] = {};
    for (const [name, values] of Object.entries(series) as [MetricName, readonly (number | undefined)[]][]) {
      const value = values[i];
      if (value !== undefined) metrics[name] = estimateOf(name, { value, n: 512 });
    }
    return { step: i * 10, metrics, raw: {} };
  });
  return { ...simulateRun({ arm: 'online', seed: 1, curve: ONLINE, kls: [] }), checkpoints, ...fields };
}

describe('budgetUsage', () => {
  it('is KL over budget, with the gain per nat', () => {
    const usage = budgetUsage(runOf({ kl: [0, 1, 2], winRate: [0.1, 0.3, 0.4] }, { klBudget: 4 }));
    expect(usage).toMatchObject({ budget: 4, used: 0.5, spentAtStep: null });
    expect(usage?.points.map(({ usage: used, gainedPerNat }) => [used, gainedPerNat])).toEqual([[0, null], [0.25, expect.closeTo(0.2, 9)], [0.5, expect.closeTo(0.15, 9)]]);
  });

  it.each<[string, number[], number | null, number | null]>([
    ['spent between two checkpoints', [0, 1, 3], 15, null],
    ['spent at a checkpoint', [0, 2, 3], 10, null],
    ['spent at once', [5], 0, null],
    ['to be spent by its trend', [0, 0.5, 1, 1.5], null, 40],
    ['never by its trend', [1, 1, 1], null, null],
    ['one point, no trend', [1], null, null],
  ])('%s', (_, kl, spent, spends) => {
    const usage = budgetUsage(runOf({ kl }, { klBudget: 2 }));
    expect(usage?.spentAtStep).toBe(spent);
    if (spends === null) expect(usage?.spendsAtStep).toBeNull();
    else expect(usage?.spendsAtStep).toBeCloseTo(spends, 9);
  });

  it('is nothing without a budget or a KL', () => {
    expect(budgetUsage(runOf({ kl: [1] }, { klBudget: undefined }))).toBeUndefined();
    expect(budgetUsage(runOf({ loss: [1] }, { klBudget: 2 }))).toBeUndefined();
  });
});

/** Checkpoints whose golden and proxy win rates are given, outcomes kept. */
function judged(golden: readonly number[], proxy: readonly number[], prompts = 512): Run {
  const run = simulateRun({ arm: 'online', seed: 1, prompts, curve: (kl) => golden[kl] ?? 0, kls: golden.map((_, i) => i) });
  const random = RandomStream.of(1, 'proxy');
  const checkpoints = run.checkpoints.map((checkpoint, i): Checkpoint => {
    const proxyWin = Float64Array.from({ length: prompts }, () => (random.uniform() < (proxy[i] ?? 0) ? 1 : 0));
    const value = proxyWin.reduce((sum, outcome) => sum + outcome, 0) / prompts;
    return { ...checkpoint, metrics: { ...checkpoint.metrics, proxyWinRate: estimateOf('proxyWinRate', { value, n: prompts }, proxyWin) }, outcomes: { ...checkpoint.outcomes, proxyWin } };
  });
  return { ...run, checkpoints };
}

describe('overOptimisation', () => {
  it('sees golden fall while proxy rises', () => {
    const found = overOptimisation(judged([0.1, 0.3, 0.45, 0.3, 0.15], [0.2, 0.4, 0.6, 0.8, 0.9]));
    expect(found.isEvident).toBe(true);
    expect(found.since).toEqual({ step: 20, kl: 2 });
    expect(found.goldenChange?.high).toBeLessThan(0);
    expect(found.proxyChange?.low).toBeGreaterThan(0);
    expect(found.proxyGap.at(-1)?.low).toBeGreaterThan(0.6);
  });

  it.each<[string, number[], number[], RegExp | undefined]>([
    ['still rising', [0.1, 0.3, 0.45], [0.2, 0.4, 0.6], /highest at the last checkpoint/],
    ['both falling', [0.1, 0.45, 0.2], [0.2, 0.6, 0.3], undefined],
    ['a wiggle within the noise', [0.1, 0.3, 0.31, 0.305, 0.308, 0.3], [0.2, 0.5, 0.51, 0.5, 0.51, 0.52], undefined],
  ])('is not evident: %s', (_, golden, proxy, note) => {
    const found = overOptimisation(judged(golden, proxy));
    expect(found.isEvident).toBe(false);
    if (note) expect(found.notes.join()).toMatch(note);
  });

  it('without outcomes works from the intervals, and says what that means', () => {
    const found = overOptimisation(runOf({ winRate: [0.1, 0.5, 0.1], proxyWinRate: [0.1, 0.6, 0.9], kl: [0, 1, 9] }));
    expect(found).toMatchObject({ isEvident: true, since: { step: 10, kl: 1 } });
    expect(found.notes.join()).toMatch(/no outcomes per prompt/);
    expect(overOptimisation(runOf({ winRate: [0.1] })).notes.join()).toMatch(/needs both/);
  });

  it('seldom cries wolf where nothing falls', () => {
    let cries = 0;
    for (let study = 0; study < 40; study += 1) {
      const rates = Array.from({ length: 10 }, (_, i) => (i === 0 ? 0.1 : 0.3));
      const random = RandomStream.of(study, 'flat');
      const run = judged(rates, rates.map(() => 0.5), 256);
      const checkpoints = run.checkpoints.map((checkpoint): Checkpoint => {
        const win = Float64Array.from({ length: 256 }, () => (random.uniform() < 0.3 ? 1 : 0));
        const value = win.reduce((sum, outcome) => sum + outcome, 0) / 256;
        return { ...checkpoint, metrics: { ...checkpoint.metrics, winRate: estimateOf('winRate', { value, n: 256 }, win) }, outcomes: { ...checkpoint.outcomes, win } };
      });
      if (overOptimisation({ ...run, checkpoints }, { resamples: 200 }).isEvident) cries += 1;
    }
    // Measured 0 of 40.
    expect(cries).toBeLessThanOrEqual(2);
  });
});

describe('classificationVersusGeneration', () => {
  // Simpson's paradox, as in figure 7: within each run both rise, but the run that classifies better generates worse.
  const paradox = [0, 1, 2, 3].map((i) =>
    runOf({ policyAccuracy: [0.5, 0.6, 0.62, 0.64].map((value) => value + i * 0.05), winRate: [0.1, 0.2, 0.22, 0.24].map((value) => value - i * 0.03) }, { id: `r${i}`, seed: i }),
  );

  it('tells within from between', () => {
    const found = classificationVersusGeneration(paradox);
    expect(found.within).toMatchObject({ value: 1, low: 1, high: 1, runs: 4 });
    expect(found.between?.value).toBe(-1);
    expect(found.points).toHaveLength(16);
    expect(found.notes.join()).toMatch(/With 4 runs/);
  });

  it('leaves out step 0, at which every run is the same', () => {
    const flat = runOf({ policyAccuracy: [0.5, 0.7, 0.7], winRate: [0.1, 0.3, 0.3] });
    expect(classificationVersusGeneration([flat]).within).toBeNull();
  });

  it('says what is missing', () => {
    const found = classificationVersusGeneration([runOf({ winRate: [0.1, 0.2] })]);
    expect(found).toMatchObject({ points: [], within: null, between: null });
    expect(found.notes.join()).toMatch(/1 of 1 runs have no checkpoint/);
    expect(classificationVersusGeneration([]).within).toBeNull();
  });
});

describe('seedGroups', () => {
  it('joins runs equal but for the seed, in order of appearance', () => {
    const groups = seedGroups(simulateStudy({ study: 1, prompts: 32 }));
    expect(groups.map(({ name, seeds, runs }) => [name, seeds, runs.length])).toEqual([['online', [1, 2, 3], 3], ['offline', [1, 2, 3], 3]]);
    expect(groups[0]?.checkpoints).toHaveLength(11);
  });

  it('gives mean, band by Student’s t, and how many', () => {
    const make = (seed: number, winRate: (number | undefined)[]): Run => runOf({ winRate }, { seed, name: `a-s${seed}`, path: `/${seed}` });
    const [group] = seedGroups([make(1, [0.1, 0.2]), make(2, [0.2, 0.4]), make(3, [0.3, undefined, 0.9])]);
    expect(group?.checkpoints.map(({ step, metrics }) => [step, metrics.winRate?.n])).toEqual([[0, 3], [10, 2], [20, 1]]);
    const [first, , last] = group?.checkpoints ?? [];
    // mean 0.2, standard deviation 0.1: 4.3027 × 0.1 / √3
    expect(first?.metrics.winRate).toMatchObject({ mean: expect.closeTo(0.2, 9), low: expect.closeTo(-0.0484, 4), high: expect.closeTo(0.4484, 4), unit: 'fraction' });
    expect(last?.metrics.winRate).toEqual({ mean: 0.9, n: 1, unit: 'fraction' });
  });

  it('keeps other settings, other arms and seedless runs apart', () => {
    const base = runOf({ winRate: [0.1] });
    const others = [base, { ...base, config: { ...base.config, beta: 9 } }, { ...base, arm: 'other' }, { ...base, seed: undefined, path: '/a' }, { ...base, seed: undefined, path: '/b' }];
    expect(seedGroups(others)).toHaveLength(5);
    const shuffled = { ...base, seed: 2, config: Object.fromEntries(Object.entries({ ...base.config, seed: 2 }).reverse()) };
    expect(seedGroups([base, shuffled])).toHaveLength(1);
  });
});
