import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageMetrics, outsideThreshold } from '../../../../src/training/evaluation/coverage';

const samples = (ratios: readonly number[], reference: readonly number[] = ratios.map(() => 0)) => ({
  reference: Float64Array.from(reference),
  policy: Float64Array.from(ratios, (ratio, i) => ratio + (reference[i] ?? 0)),
});

describe('outsideThreshold', () => {
  it('is the 1% quantile over all responses of the data, both sides', () => {
    const values = Array.from({ length: 1000 }, (_, i) => -i);
    const split = { chosen: values.slice(0, 400), rejected: values.slice(400) };
    // Linear interpolation between order statistics (type 7 of Hyndman and Fan): rank 0.01 · 999 from the lowest, −999.
    expect(outsideThreshold([split])).toBeCloseTo(-989.01, 9);
    expect(outsideThreshold([{ chosen: split.chosen, rejected: [] }, { chosen: [], rejected: split.rejected }])).toBe(outsideThreshold([split]));
  });

  it('puts nothing outside where there are no data', () => {
    expect(coverageMetrics(samples([1, 2]), outsideThreshold([])).outsideData?.value).toBe(0);
  });
});

describe('coverageMetrics', () => {
  const ratios = Array.from({ length: 101 }, (_, i) => (i * 37) % 101);

  it('gives the quantiles of the log-ratio and the largest', () => {
    const found = coverageMetrics(samples(ratios), -Infinity);
    expect([found.densityRatioMedian, found.densityRatio95, found.densityRatio99, found.densityRatioMax].map((metric) => metric?.value)).toEqual([50, 95, 99, 100]);
    // 100 · (0.5 ± 1.96 · √(0.25/101)).
    expect(found.densityRatioMedian).toMatchObject({ low: expect.closeTo(40.2488, 3), high: expect.closeTo(59.7512, 3), n: 101 });
    expect(found.densityRatioMax).toEqual({ value: 100, n: 101 });
  });

  it('counts as outside what the reference finds less likely than the threshold, whatever the policy thinks', () => {
    const found = coverageMetrics(samples([9, 9, 9, 9], [-1, -5, -5.1, -60]), -5);
    expect(found.outsideData).toMatchObject({ value: 0.5, n: 4 });
  });

  it('of the reference itself is zero', () => {
    const reference = Array.from({ length: 20 }, (_, i) => -i);
    const { densityRatioMedian, densityRatioMax } = coverageMetrics(samples(reference.map(() => 0), reference), -30);
    expect([densityRatioMedian?.value, densityRatioMax?.value]).toEqual([0, 0]);
  });

  it('of no sample is absent, never zero', () => {
    expect(coverageMetrics(samples([]), 0)).toEqual({});
  });

  it('orders its quantiles, each within its interval', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 80 }), (values) => {
      const found = coverageMetrics(samples(values), -1);
      const quantiles = [found.densityRatioMedian, found.densityRatio95, found.densityRatio99];
      for (const quantile of quantiles) {
        expect(quantile?.low).toBeLessThanOrEqual(quantile?.value ?? NaN);
        expect(quantile?.high).toBeGreaterThanOrEqual(quantile?.value ?? NaN);
      }
      const ascending = [...quantiles, found.densityRatioMax].map((metric) => metric?.value ?? NaN);
      expect([...ascending].sort((a, b) => a - b)).toEqual(ascending);
    }));
  });
});
