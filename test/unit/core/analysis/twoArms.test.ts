import { describe, expect, it } from 'vitest';
import { compareTwoArms, performanceGap, type TwoArms, type TwoArmsOptions } from '../../../../src/core/analysis';
import type { Run } from '../../../../src/core/run';
import { OFFLINE, ONLINE, settlingKls, simulateRun, simulateStudy } from './support';

const quick = { resamples: 200 };

/** A run of an arm of any name, one seed, one setting. */
function named(arm: string, seed: number, curve: (kl: number) => number, fields: Partial<Run> & { readonly end?: number; readonly from?: number } = {}): Run {
  const { end = 4, from = 0, ...rest } = fields;
  const id = `study/${arm}-s${seed}`;
  const run = simulateRun({ arm: 'online', seed: seed + 17 * arm.length, curve, kls: settlingKls(end), prompts: 2048, fields: { id, name: id, arm, seed, ...rest } });
  return { ...run, checkpoints: run.checkpoints.slice(from) };
}

const seeds = [1, 2, 3];
const armOf = (arm: string, curve: (kl: number) => number, fields: Parameters<typeof named>[3] = {}): Run[] => seeds.map((seed) => named(arm, seed, curve, fields));

function meanOver(from: number, to: number, of: (x: number) => number): number {
  return Array.from({ length: 1001 }, (_, i) => of(from + ((to - from) * i) / 1000)).reduce((sum, value) => sum + value, 0) / 1001;
}

describe('compareTwoArms', () => {
  const study = simulateStudy({ study: 2, prompts: 128 });

  it('says of online and offline what performanceGap says', () => {
    const { gap, arms } = performanceGap(study, { ...quick, budget: 2 });
    const two = compareTwoArms(study, { a: 'online', b: 'offline', budget: 2, ...quick });
    // The same statistic; further grids are asked for, and the draws are the same.
    expect({ mean: two.mean, peak: two.peak, atBudget: two.atBudget, withinBudget: two.withinBudget, between: two.between }).toEqual({
      mean: gap?.mean, peak: gap?.peak, atBudget: gap?.atBudget, withinBudget: gap?.withinBudget, between: gap?.between,
    });
    expect(two.arms.map(({ peak }) => peak)).toEqual(['online', 'offline'].map((name) => arms.find((arm) => arm.name === name)?.peak));
    expect([two.seeds, two.settings]).toEqual([[3, 3], [1, 1]]);
  });

  it('is antisymmetric: b against a is a against b with the sign turned, interval included', () => {
    const [ab, ba] = [compareTwoArms(study, { a: 'online', b: 'offline', ...quick }), compareTwoArms(study, { a: 'offline', b: 'online', ...quick })];
    for (const key of ['mean', 'meanLogKl', 'meanRootKl', 'peak', 'withinBudget'] as const) {
      const [one, other] = [ab[key] ?? expect.fail(key), ba[key] ?? expect.fail(key)];
      expect(one.value).toBeCloseTo(-other.value, 9);
      expect(one.low).toBeCloseTo(-other.high, 9);
      expect(one.high).toBeCloseTo(-other.low, 9);
    }
    expect(ab.klRatios[0]?.kl).toEqual([...(ba.klRatios[0]?.kl ?? [])].reverse());
  });

  it('takes the mean over KL, over log KL and over √KL, each as by the closed form', () => {
    const runs = [...armOf('first', ONLINE), ...armOf('second', OFFLINE)];
    const two = compareTwoArms(runs, { a: 'first', b: 'second', ...quick });
    const { low, high } = two.overlap ?? { low: NaN, high: NaN };
    const difference = (kl: number): number => ONLINE(kl) - OFFLINE(kl);
    const cases = [[two.mean, meanOver(low, high, difference)], [two.meanLogKl, meanOver(Math.log(low), Math.log(high), (x) => difference(Math.exp(x)))], [two.meanRootKl, meanOver(Math.sqrt(low), Math.sqrt(high), (x) => difference(x * x))]] as const;
    for (const [found, truth] of cases) expect(Math.abs((found?.value ?? NaN) - truth)).toBeLessThan(0.02);
    expect(two.mean?.value).toBeGreaterThan(two.meanRootKl?.value ?? NaN);
    expect(two.meanRootKl?.value).toBeGreaterThan(two.meanLogKl?.value ?? NaN);
  });

  it('pools arms by a predicate, and says which side had more of them', () => {
    const runs = [...armOf('online', ONLINE), ...armOf('golden', OFFLINE), ...armOf('shuffled', OFFLINE)];
    const two = compareTwoArms(runs, { a: 'online', b: { name: 'offline', where: ({ arm }) => arm !== 'online' }, ...quick });
    expect(two).toMatchObject({ between: ['online', 'offline'], seeds: [3, 3], settings: [1, 2] });
    expect(two.notes.join('\n')).toMatch(/offline was tried with 2 settings, online with 1: a maximum over more settings favours offline/);
    expect(two.arms[1].runs).toHaveLength(6);
  });

  it('is the same to the digit whatever the order of the runs', () => {
    const options: TwoArmsOptions = { a: 'online', b: 'offline', ...quick };
    expect(compareTwoArms([...study].reverse(), options)).toEqual(compareTwoArms(study, options));
  });

  it.each<[string, Run[], TwoArmsOptions, RegExp, readonly (keyof TwoArms)[]]>([
    ['an arm that is not there', study, { a: 'online', b: 'replay' }, /No run belongs to replay: the arms are online, offline\./, ['peak', 'mean', 'meanLogKl', 'meanRootKl', 'overlap', 'atBudget']],
    ['no run at all', [], { a: 'a', b: 'b' }, /No run belongs to a: the arms are none\./, ['peak', 'mean']],
    ['no overlap', [...armOf('early', ONLINE, { end: 1 }), ...armOf('late', ONLINE, { from: 6 })], { a: 'early', b: 'late' }, /do not overlap .*nothing is extrapolated/, ['mean', 'meanLogKl', 'meanRootKl', 'overlap']],
    ['an overlapping choice', study, { a: 'online', b: { name: 'all', where: () => true } }, /3 of the runs belong to both online and all/, []],
    ['a single seed', study.filter(({ seed }) => seed === 1), { a: 'online', b: 'offline' }, /a single seed supports no claim/, []],
    ['a budget that neither reaches', study, { a: 'online', b: 'offline', budget: 40 }, /budget of 40 nats lies outside/, ['atBudget']],
  ])('says what it cannot tell: %s', (_, runs, options, note, nulls) => {
    const two = compareTwoArms(runs, { ...options, resamples: 40 });
    expect(two.notes.join('\n')).toMatch(note);
    for (const key of nulls) expect(two[key], key).toBeNull();
    expect(JSON.stringify(two)).not.toMatch(/NaN|Infinity/);
  });
});

describe('KL at equal win rate', () => {
  // Gains of 0.2 and 0.1 a √nat: the same win rate costs b four times the KL.
  const [steep, shallow] = [(kl: number): number => 0.1 + 0.2 * Math.sqrt(kl), (kl: number): number => 0.1 + 0.1 * Math.sqrt(kl)];
  const runs = [...armOf('steep', steep), ...armOf('shallow', shallow)];

  it('is four for a curve half as steep in √KL, and a bound where one never gets there', () => {
    const [reachable, above] = compareTwoArms(runs, { a: 'steep', b: 'shallow', ...quick }).klRatios;
    expect(reachable?.bound).toBe('exact');
    expect(Math.abs((reachable?.ratio?.value ?? NaN) - 4)).toBeLessThan(0.6);
    expect(reachable?.ratio?.low).toBeLessThan(4.2);
    expect(reachable?.ratio?.high).toBeGreaterThan(3.8);
    expect(above?.bound).toBe('at-least');
    expect(above?.kl[1]).toBeNull();
    expect(above?.note).toMatch(/shallow never reaches \d+\.\d%: the ratio is a bound/);
    expect(above?.ratio?.value).toBeGreaterThan(1);
  });

  it.each<[string, number, 'exact' | 'at-least' | 'at-most', RegExp | undefined]>([
    ['reached by both', 0.2, 'exact', undefined],
    ['reached by one', 0.4, 'at-most', /steep|shallow/],
    ['reached by none', 0.9, 'exact', /Neither shallow nor steep reaches 90\.0%/],
    ['had from the start', 0.05, 'exact', /no more than an arm begins with/],
  ])('at a win rate %s', (_, winRate, bound, note) => {
    const found = compareTwoArms(runs, { a: 'shallow', b: 'steep', winRate, ...quick }).klRatios;
    expect(found).toHaveLength(1);
    expect(found[0]?.bound).toBe(bound);
    if (note) expect(found[0]?.note).toMatch(note);
    else expect(Math.abs((found[0]?.ratio?.value ?? NaN) - 0.25)).toBeLessThan(0.06);
    if (winRate > 0.8 || winRate < 0.1) expect(found[0]?.ratio).toBeNull();
  });
});
