import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { legendEntries, thin, type ChartSpec, type Point } from '../../../../webview/charts/spec';

const line = (length: number): Point[] => Array.from({ length }, (_, i) => ({ x: i, y: i }));

describe('thin', () => {
  it('keeps the first and the last point and at most one more than the limit', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 2, max: 600 }), (length, limit) => {
      const { points, every } = thin(line(length), limit);
      expect(points.length).toBeLessThanOrEqual(limit + 2);
      expect([points[0]?.x, points.at(-1)?.x]).toEqual([0, length - 1]);
      if (every === 1) expect(points).toHaveLength(length);
    }));
  });

  it('never moves a point that it kept while a run grows within a bin size', () => {
    const at = (length: number) => thin(line(length), 100);
    for (let length = 101; length < 200; length += 1) {
      expect(at(length).points.slice(0, 50)).toEqual(at(length + 1).points.slice(0, 50));
    }
  });
});

describe('legendEntries', () => {
  it('names each entry once, by its first series', () => {
    const axis = { label: '', scale: 'linear' as const, format: String };
    const series = ['a', 'b', 'a'].map((legend, i) => ({ key: `${i}`, label: legend, legend, slot: i, form: 'line' as const, points: [] }));
    const spec: ChartSpec = { id: '', title: '', description: '', x: axis, y: axis, series, lines: [], notes: [] };
    expect(legendEntries(spec).map(({ name, slot }) => [name, slot])).toEqual([['a', 0], ['b', 1]]);
  });
});
