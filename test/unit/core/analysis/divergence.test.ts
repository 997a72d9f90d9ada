import { describe, expect, it } from 'vitest';
import { firstDivergence } from '../../../../src/core/analysis/divergence';
import type { MetricName } from '../../../../src/core/run/metrics';
import type { Run } from '../../../../src/core/run/types';

type Values = Partial<Record<MetricName, number>>;

const run = (...checkpoints: readonly (readonly [number, Values])[]): Run => ({
  checkpoints: checkpoints.map(([step, values]) => ({ step, raw: {}, metrics: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, unit: 'none', from: [name] }])) })),
}) as unknown as Run;

describe('firstDivergence', () => {
  it('finds none between a run and itself, or where only the making differs', () => {
    const a = run([0, { kl: 0, winRate: 0.2, samplesLabelled: 0 }], [10, { kl: 1, winRate: 0.3, samplesLabelled: 320, wallTime: 5 }]);
    const b = run([0, { kl: 0, winRate: 0.2, samplesLabelled: 0 }], [10, { kl: 1, winRate: 0.3, samplesLabelled: 0, wallTime: 9, staleness: 0, offPolicyness: 1e-7 }]);
    expect(firstDivergence(a, a)).toEqual({ steps: [0, 10], largest: [] });
    expect(firstDivergence(a, b)).toEqual({ steps: [0, 10], largest: [] });
  });

  it('names the first step, what differs most for its size there, and the largest difference of each metric', () => {
    const a = run([0, { kl: 0 }], [10, { kl: 1, loss: 100, margin: 3 }], [20, { kl: 2, loss: 100 }], [30, { kl: 3, loss: 100 }]);
    const b = run([0, { kl: 0 }], [10, { kl: 1.5, loss: 101 }], [20, { kl: 2, loss: 120 }], [40, { kl: 9 }]);
    expect(firstDivergence(a, b)).toEqual({
      steps: [0, 10, 20],
      first: { step: 10, metric: 'kl', a: 1, b: 1.5, difference: 0.5 },
      largest: [{ step: 10, metric: 'kl', a: 1, b: 1.5, difference: 0.5 }, { step: 20, metric: 'loss', a: 100, b: 120, difference: 20 }],
    });
  });

  it('says when nothing was compared', () => {
    expect(firstDivergence(run([0, { kl: 0 }]), run([5, { kl: 1 }]))).toEqual({ steps: [], largest: [] });
  });
});
