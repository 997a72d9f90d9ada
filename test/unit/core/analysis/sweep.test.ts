import { describe, expect, it } from 'vitest';
import { sweepArms, type SweepOptions } from '../../../../src/core/analysis';
import type { Run } from '../../../../src/core/run';
import { settlingKls, simulateRun } from './support';

const VALUES = [100, 250, 600, 2000];
const options: SweepOptions = { a: 'online', b: 'offline', quantity: 'labels', valueOf: ({ config }) => (typeof config.labels === 'number' ? config.labels : null), resamples: 200 };

/** Three seeds an arm; the peak lies at the last KL, 0.13 + gain·√KL. */
function runsOf(arm: 'online' | 'offline', gain: number, labels: number | null): Run[] {
  return [1, 2, 3].map((seed) => {
    const id = `${arm}-${labels}-${seed}`;
    const run = simulateRun({ arm, seed: seed + 10 * (labels ?? 0), curve: (kl) => 0.13 + gain * Math.sqrt(kl), kls: settlingKls(4), prompts: 2048, seedSpread: 0.005 });
    return { ...run, id, seed, config: { ...run.config, ...(labels === null ? {} : { labels }) } };
  });
}

const baseline = runsOf('offline', 0.1, null);
const online = (gains: readonly number[]): Run[] => gains.flatMap((gain, i) => runsOf('online', gain, VALUES[i] ?? 0));

describe('sweepArms', () => {
  it('finds where the arms cross, interpolated in the logarithm, with an interval that holds it', () => {
    // The difference is 2·(gain − 0.1) at each value: −0.06, −0.02, 0.02, 0.1; zero half-way between 250 and 600 in the logarithm.
    const found = sweepArms([...baseline, ...online([0.07, 0.09, 0.11, 0.15])], options);
    const truth = Math.sqrt(250 * 600);
    expect(found.levels.map(({ value, seeds }) => [value, seeds])).toEqual(VALUES.map((value) => [value, [3, 3]]));
    expect(found.aheadAbove).toBe('a');
    expect(found.crossing?.low).toBeLessThan(truth);
    expect(found.crossing?.high).toBeGreaterThan(truth);
    expect(Math.abs(Math.log((found.crossing?.value ?? NaN) / truth))).toBeLessThan(0.6);
    expect(found.levels[0]?.difference?.high).toBeLessThan(0);
    expect(found.levels[3]?.difference?.low).toBeGreaterThan(0);
  });

  it('tells which arm is ahead above it when the difference falls', () => {
    expect(sweepArms([...baseline, ...online([0.15, 0.11, 0.09, 0.07])], options)).toMatchObject({ aheadAbove: 'b', crossing: { value: expect.any(Number) } });
  });

  it('gives the quality lost at each value against a baseline that has none', () => {
    // The age of samples: online is the baseline, staleness costs.
    const found = sweepArms([...runsOf('online', 0.16, null), ...[0.15, 0.13, 0.1].flatMap((gain, i) => runsOf('offline', gain, 10 ** (i + 1)))], { ...options, a: 'offline', b: 'online', quantity: 'steps' });
    const lost = found.levels.map(({ difference }) => difference?.value ?? NaN);
    expect(found.levels.map(({ value }) => value)).toEqual([10, 100, 1000]);
    lost.forEach((value, i) => { expect(Math.abs(value - ([-0.02, -0.06, -0.12][i] ?? NaN))).toBeLessThan(0.03); });
    expect(found).toMatchObject({ crossing: null, notes: [expect.stringMatching(/does not change sign within the values of steps tried \(10 to 1000\): nothing is extrapolated/)] });
  });

  it.each<[string, Run[], RegExp]>([
    ['one value', [...baseline, ...online([0.2])], /needs two values of labels/],
    ['no run', [], /needs two values of labels/],
    ['a value without one of the arms', [...runsOf('offline', 0.1, 100), ...online([0.07, 0.15])], /At 250 labels there is no difference: offline has no checkpoint/],
  ])('says why there is no crossing: %s', (_, runs, note) => {
    const found = sweepArms(runs, { ...options, resamples: 40 });
    expect(found.crossing).toBeNull();
    expect(found.notes.join('\n')).toMatch(note);
    expect(JSON.stringify(found)).not.toMatch(/NaN|Infinity/);
  });

  it.each(['mean', 'within-budget'] as const)('by another outcome: %s', (outcome) => {
    const found = sweepArms([...baseline, ...online([0.07, 0.15])], { ...options, outcome, budget: 2 });
    expect(found.levels[0]?.difference?.value).toBeLessThan(0);
    expect(found.levels[1]?.difference?.value).toBeGreaterThan(0);
  });
});
