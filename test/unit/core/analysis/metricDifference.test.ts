import { describe, expect, it } from 'vitest';
import { classificationVersusGeneration, metricDifference } from '../../../../src/core/analysis';
import { estimateOf, type Checkpoint, type MetricName, type Run } from '../../../../src/core/run';
import { ONLINE, simulateRun } from './support';

type Series = Partial<Record<MetricName, readonly (number | undefined)[]>>;

function runOf(arm: string, seed: number, series: Series, fields: Partial<Run> = {}): Run {
  const length = Math.max(...Object.values(series).map((values) => values.length));
  const checkpoints = Array.from({ length }, (_, i): Checkpoint => {
    const present = (Object.entries(series) as [MetricName, readonly (number | undefined)[]][]).flatMap(([name, values]) => {
      const value = values[i];
      return value === undefined ? [] : [[name, estimateOf(name, { value, n: 256, standardError: 0.03 })] as const];
    });
    return { step: i * 10, metrics: Object.fromEntries(present), raw: {} };
  });
  return { ...simulateRun({ arm: 'online', seed, curve: ONLINE, kls: [] }), id: `${arm}-${seed}`, arm, checkpoints, ...fields };
}

const ends = (arm: string, values: readonly number[], metric: MetricName = 'policyAccuracy'): Run[] => values.map((value, i) => runOf(arm, i + 1, { [metric]: [0.5, value] }));

describe('metricDifference', () => {
  it('is Welch’s t over seeds', () => {
    // Two samples by hand: means 0.65 and 0.8, variances 0.0005/… ; computed with R's t.test.
    const [a, b] = [[0.62, 0.66, 0.67], [0.78, 0.8, 0.79, 0.83]];
    const found = metricDifference([...ends('online', a), ...ends('offline', b)], { a: 'online', b: 'offline', metric: 'policyAccuracy' });
    const [varA, varB] = [0.0007 / 3, 0.0014 / 3 / 4];
    const degrees = (varA + varB) ** 2 / (varA ** 2 / 2 + varB ** 2 / 3);
    expect(degrees).toBeCloseTo(3.8, 0);
    expect(found).toMatchObject({ seeds: [3, 4], means: [expect.closeTo(0.65, 9), expect.closeTo(0.8, 9)], notes: [] });
    expect(found.difference?.value).toBeCloseTo(-0.15, 9);
    // t(0.975) lies between 3.18 (3 degrees) and 2.78 (4).
    const t = ((found.difference?.high ?? NaN) - -0.15) / Math.sqrt(varA + varB);
    expect(t).toBeGreaterThan(2.78);
    expect(t).toBeLessThan(3.18);
  });

  it('counts a seed once, however many settings it ran', () => {
    const runs = [...ends('online', [0.6, 0.7]), ...ends('online', [0.6, 0.7]).map((run) => ({ ...run, id: `${run.id}x`, beta: 1 })), ...ends('offline', [0.8, 0.9])];
    expect(metricDifference(runs, { a: 'online', b: 'offline', metric: 'policyAccuracy' })).toMatchObject({ seeds: [2, 2], means: [expect.closeTo(0.65, 9), expect.closeTo(0.85, 9)] });
  });

  it.each<['end' | 'matched-steps' | number, number]>([['end', -9], ['matched-steps', -2], [10, -1], [20, -3]])('at %s', (at, expected) => {
    const shift = (arm: string, values: (number | undefined)[]): Run[] => [1, 2].map((seed) => runOf(arm, seed, { logpChosenChange: values }));
    const runs = [...shift('online', [0, -1, -3, undefined, -10]), ...shift('offline', [0, 0, 0, -1])];
    expect(metricDifference(runs, { a: 'online', b: 'offline', metric: 'logpChosenChange', at }).difference?.value).toBeCloseTo(expected, 9);
  });

  it('of one seed holds the noise of measurement alone, and says so', () => {
    const found = metricDifference([...ends('online', [0.7]), ...ends('offline', [0.8])], { a: 'online', b: 'offline', metric: 'policyAccuracy' });
    expect(found.difference?.high).toBeCloseTo(-0.1 + 1.96 * Math.hypot(0.03, 0.03), 4);
    expect(found.notes).toEqual([expect.stringMatching(/^online has a single seed/), expect.stringMatching(/^offline has a single seed/)]);
  });

  it('is null, with the reason, where an arm lacks the metric or no step is shared', () => {
    const runs = [...ends('online', [0.7]), ...ends('offline', [0.8], 'trainAccuracy')];
    expect(metricDifference(runs, { a: 'online', b: 'offline', metric: 'policyAccuracy' })).toMatchObject({ difference: null, means: [0.7, null], notes: expect.arrayContaining([expect.stringMatching(/missing in offline/)]) });
    const apart = [runOf('online', 1, { margin: [0, 1, undefined] }), runOf('offline', 1, { margin: [0, undefined, 1] })];
    expect(metricDifference(apart, { a: 'online', b: 'offline', metric: 'margin', at: 'matched-steps' })).toMatchObject({ difference: null, notes: [expect.stringMatching(/at any step that all runs logged/)] });
  });
});

describe('classificationVersusGeneration by another metric', () => {
  it('ranks the density ratio against the win rate as it does the accuracy', () => {
    const runs = [0, 1, 2].map((i) => runOf('online', i, { densityRatio99: [0, 1 + i, 3 + i], winRate: [0.1, 0.5 - 0.1 * i, 0.4 - 0.1 * i] }));
    const found = classificationVersusGeneration(runs, { metric: 'densityRatio99', resamples: 50 });
    expect([found.within?.value, found.between?.value]).toEqual([expect.closeTo(-1, 9), expect.closeTo(-1, 9)]);
    expect(classificationVersusGeneration(runs, { metric: 'selfAccuracy' }).notes[0]).toMatch(/the metric asked for: agreement on own samples/);
  });
});
