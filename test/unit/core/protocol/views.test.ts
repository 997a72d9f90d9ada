import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { performanceGap } from '../../../../src/core/analysis';
import type { RunDiff } from '../../../../src/core/analysis/diffTypes';
import { failedGapView } from '../../../../src/core/protocol/views';
import { readHostToComparison, readHostToDashboard, swapComparison, toComparisonView, toGapView } from '../../../../src/core/protocol';
import type { Run } from '../../../../src/core/run/types';
import { syntheticDiff, syntheticRun, syntheticStudy } from '../../../fixtures/study';

const [a, b] = [syntheticRun('offline', 1), syntheticRun('online', 1)];
const nothing: RunDiff = { config: [], outcome: [], environment: [], matchedKl: [], notes: [] };
const withConfig = (run: Run, config: Record<string, unknown>): Run => ({ ...run, config });

describe('toGapView', () => {
  const runs = syntheticStudy();
  const gap = toGapView(performanceGap(runs, { resamples: 50 }));

  it('passes the guard of the panel, as does a gap that cannot be computed', () => {
    expect(readHostToDashboard({ type: 'gap', gap })).toEqual({ ok: true, value: { type: 'gap', gap } });
    const none = toGapView(performanceGap([]));
    expect(readHostToDashboard({ type: 'gap', gap: none }).ok).toBe(true);
    expect([none.between, none.mean, none.matched.kl.length]).toEqual([null, null, 0]);
  });

  it('holds the two arms over their runs, and a curve no shorter than its KLs', () => {
    expect(gap.between).toEqual(['online', 'offline']);
    expect(gap.arms.map(({ name, runs: ids }) => [name, ids.length])).toEqual([['online', 3], ['offline', 3]]);
    for (const { kl, value } of [gap.matched, ...gap.arms.map((arm) => arm.fit)]) expect(value.length).toBe(kl.length);
  });

  it('says what the fits say besides, and nothing of a gap that cannot be computed', () => {
    expect(gap.fits.map(({ metric }) => metric)).toEqual(['gap.meanLogKl', 'gap.meanRootKl', 'gap.klRatios[0]', 'gap.klRatios[1]', 'arms.online.gao', 'arms.offline.gao']);
    for (const { text } of gap.fits) expect(text).not.toMatch(/NaN|undefined|^–?$/);
    expect(failedGapView('why').fits).toEqual([]);
  });

  it('lets no NaN through, which JSON would turn into null', () => {
    const broken = performanceGap(runs, { resamples: 10 });
    const arm = broken.arms[0];
    if (!arm?.peak) throw new Error('the study has a peak');
    const view = toGapView({ ...broken, arms: [{ ...arm, peak: { ...arm.peak, low: NaN }, efficiency: NaN }] });
    expect(view.arms[0]?.peak).toEqual({ value: arm.peak.winRate, kl: arm.peak.kl });
    expect(view.arms[0]?.efficiency).toBeNull();
  });
});

describe('toComparisonView', () => {
  it('passes the guard of the panel', () => {
    const view = toComparisonView(a, b, syntheticDiff(a, b), ['seed']);
    expect(readHostToComparison({ type: 'comparison', view, readAt: 1, restore: '' })).toEqual({ ok: true, value: { type: 'comparison', view, readAt: 1, restore: '' } });
  });

  it.each<[string, unknown, unknown, string]>([
    ['the same number', 1, 1, 'same'],
    ['the same list', [], [], 'same'],
    ['an empty object', {}, {}, 'same'],
  ])('shows %s as equal', (_, left, right, kind) => {
    const { config } = toComparisonView(withConfig(a, { x: left }), withConfig(b, { x: right }), nothing);
    expect(config).toEqual([{ path: 'x', kind, a: JSON.stringify(left), b: JSON.stringify(right) }]);
  });

  it('shows on request what the analysis passed over', () => {
    const { config } = toComparisonView(withConfig(a, { name: 'x', seed: 1 }), withConfig(b, { name: 'y' }), nothing);
    expect(config).toEqual([
      { path: 'name', kind: 'changed', a: '"x"', b: '"y"', ignored: true },
      { path: 'seed', kind: 'only-a', a: '1', ignored: true },
    ]);
  });

  it('keeps 1 and "1", a literal dot and a nested key apart', () => {
    const diff: RunDiff = { ...nothing, config: [{ path: 'n', kind: 'changed', a: 1, b: '1' }] };
    const { config } = toComparisonView(withConfig(a, { n: 1, 'p.q': 0, p: { q: 0 } }), withConfig(b, { n: '1', 'p.q': 0, p: { q: 0 } }), diff);
    expect(config).toEqual([
      { path: 'n', kind: 'changed', a: '1', b: '"1"' },
      { path: 'p.q', kind: 'same', a: '0', b: '0' },
      { path: 'p\\.q', kind: 'same', a: '0', b: '0' },
    ]);
  });

  it.each([
    [['seed'], ['seed']],
    [['output_*'], ['output_dir']],
    [['a.b'], []],
    [['*'], ['axb', 'output_dir', 'seed']],
  ])('ignores by the patterns %j', (patterns, ignored) => {
    const config: RunDiff['config'] = ['axb', 'output_dir', 'seed'].map((path) => ({ path, kind: 'changed' as const, a: 1, b: 2 }));
    const view = toComparisonView(withConfig(a, {}), withConfig(b, {}), { ...nothing, config }, patterns);
    expect(view.config.filter((row) => row.ignored).map((row) => row.path)).toEqual(ignored);
  });
});

describe('swapComparison', () => {
  const view = toComparisonView(a, b, syntheticDiff(a, b));

  it('is its own inverse', () => expect(swapComparison(swapComparison(view))).toEqual(view));

  it('turns intervals round with their deltas', () => {
    fc.assert(fc.property(fc.tuple(fc.double({ noNaN: true, min: -1, max: 1 }), fc.double({ noNaN: true, min: 0, max: 1 })), ([delta, half]) => {
      const row = { metric: 'winRate' as const, step: 0, a: 0.5, b: 0.5 + delta, delta, low: delta - half, high: delta + half };
      const [swapped] = swapComparison({ ...view, outcome: [row] }).outcome;
      expect(swapped?.delta).toBe(0 - delta);
      expect((swapped?.low ?? NaN) <= (swapped?.delta ?? NaN) && (swapped?.delta ?? NaN) <= (swapped?.high ?? NaN)).toBe(true);
      expect([swapped?.a, swapped?.b]).toEqual([row.b, row.a]);
    }));
  });

  it('exchanges what only one of them has', () => {
    const rows = swapComparison({ ...view, config: [{ path: 'x', kind: 'only-a', a: '1' }] }).config;
    expect(rows).toEqual([{ path: 'x', kind: 'only-b', b: '1' }]);
  });
});
