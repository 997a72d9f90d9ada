import { describe, expect, it } from 'vitest';
import { classificationVersusGeneration } from '../../../../src/core/analysis';
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

describe('classificationVersusGeneration by another metric', () => {
  it('ranks the density ratio against the win rate as it does the accuracy', () => {
    const runs = [0, 1, 2].map((i) => runOf('online', i, { densityRatio99: [0, 1 + i, 3 + i], winRate: [0.1, 0.5 - 0.1 * i, 0.4 - 0.1 * i] }));
    const found = classificationVersusGeneration(runs, { metric: 'densityRatio99', resamples: 50 });
    expect([found.within?.value, found.between?.value]).toEqual([expect.closeTo(-1, 9), expect.closeTo(-1, 9)]);
    expect(classificationVersusGeneration(runs, { metric: 'selfAccuracy' }).notes[0]).toMatch(/the metric asked for: agreement on own samples/);
  });
});
