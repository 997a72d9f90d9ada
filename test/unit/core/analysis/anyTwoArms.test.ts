import { describe, expect, it } from 'vitest';
import { performanceGap, type GapOptions, type GapSummary } from '../../../../src/core/analysis';
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

const summary = (runs: readonly Run[], options: GapOptions): GapSummary => performanceGap(runs, options).gap ?? expect.fail('no gap');

describe('any two arms', () => {
  const study = simulateStudy({ study: 2, prompts: 128 });

  it('are the first online and the first offline arm unless they are named', () => {
    expect(summary(study, { ...quick, budget: 2, between: ['online', 'offline'] })).toEqual(summary(study, { ...quick, budget: 2 }));
  });

  it('names an arm that is not there', () => {
    const { gap, notes } = performanceGap(study, { ...quick, between: ['online', 'replay'] });
    expect(gap).toBeNull();
    expect(notes[0]).toBe('No run belongs to replay: the arms are offline, online.');
  });

  it('is antisymmetric: b against a is a against b with the sign turned, interval included', () => {
    const [ab, ba] = [summary(study, quick), summary(study, { ...quick, between: ['offline', 'online'] })];
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
    const two = summary(runs, { between: ['first', 'second'], ...quick });
    const { low, high } = two.overlap ?? { low: NaN, high: NaN };
    const difference = (kl: number): number => ONLINE(kl) - OFFLINE(kl);
    const cases = [[two.mean, meanOver(low, high, difference)], [two.meanLogKl, meanOver(Math.log(low), Math.log(high), (x) => difference(Math.exp(x)))], [two.meanRootKl, meanOver(Math.sqrt(low), Math.sqrt(high), (x) => difference(x * x))]] as const;
    for (const [found, truth] of cases) expect(Math.abs((found?.value ?? NaN) - truth)).toBeLessThan(0.02);
    expect(two.mean?.value).toBeGreaterThan(two.meanRootKl?.value ?? NaN);
    expect(two.meanRootKl?.value).toBeGreaterThan(two.meanLogKl?.value ?? NaN);
  });

  it.each<[string, Run[], GapOptions, RegExp, readonly (keyof GapSummary)[]]>([
    ['no overlap', [...armOf('early', ONLINE, { end: 1 }), ...armOf('late', ONLINE, { from: 6 })], { between: ['early', 'late'] }, /do not overlap .*nothing is extrapolated/, ['mean', 'meanLogKl', 'meanRootKl', 'overlap']],
    ['a single seed', study.filter(({ seed }) => seed === 1), {}, /a single seed supports no claim/, []],
    ['a budget that neither reaches', study, { budget: 40 }, /budget of 40 nats lies outside/, ['atBudget']],
  ])('say what they cannot tell: %s', (_, runs, options, note, nulls) => {
    const { gap, notes } = performanceGap(runs, { ...options, resamples: 40 });
    expect(notes.join('\n')).toMatch(note);
    for (const key of nulls) expect(gap?.[key], key).toBeNull();
    expect(JSON.stringify(gap)).not.toMatch(/NaN|Infinity/);
  });
});

describe('KL at equal win rate', () => {
  // Gains of 0.2 and 0.1 a √nat: the same win rate costs b four times the KL.
  const [steep, shallow] = [(kl: number): number => 0.1 + 0.2 * Math.sqrt(kl), (kl: number): number => 0.1 + 0.1 * Math.sqrt(kl)];
  const runs = [...armOf('steep', steep), ...armOf('shallow', shallow)];

  it('is four for a curve half as steep in √KL, and a bound where one never gets there', () => {
    const [reachable, above] = summary(runs, { between: ['steep', 'shallow'], ...quick }).klRatios;
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
    const found = summary(runs, { between: ['shallow', 'steep'], winRate, ...quick }).klRatios;
    expect(found).toHaveLength(1);
    expect(found[0]?.bound).toBe(bound);
    if (note) expect(found[0]?.note).toMatch(note);
    else expect(Math.abs((found[0]?.ratio?.value ?? NaN) - 0.25)).toBeLessThan(0.06);
    if (winRate > 0.8 || winRate < 0.1) expect(found[0]?.ratio).toBeNull();
  });
});
