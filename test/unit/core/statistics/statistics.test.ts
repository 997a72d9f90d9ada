import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/core/random';
import { bootstrapMean, effectiveCount, holm, isotonic, leastSquares, percentileInterval, spearman, tQuantile95, unimodal, wilson } from '../../../../src/core/statistics';

describe('wilson', () => {
  // Published half-widths for the sizes that Tang et al. used, and Newcombe (1998), table I, method 3.
  it.each([
    [0.3, 2048, 0.281, 0.32],
    [0.3, 512, 0.262, 0.341],
    [0.4, 2048, 0.379, 0.421],
    [0.65, 256, 0.59, 0.706],
    [0.65, 64, 0.528, 0.755],
    [81 / 263, 263, 0.2553, 0.3662],
    [15 / 148, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1 / 29, 29, 0.0061, 0.1718],
  ])('%d of %d', (p, n, low, high) => {
    const digits = String(low).length > 5 || String(high).length > 5 ? 4 : 3;
    const found = wilson(p, n);
    expect(found.low).toBeCloseTo(low, digits);
    expect(found.high).toBeCloseTo(high, digits);
  });

  it('lies in [0, 1] and holds its estimate', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.5, max: 1e9, noNaN: true }), (p, n) => {
        const { low, high } = wilson(p, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(p);
        expect(high).toBeGreaterThanOrEqual(p);
      }),
    );
  });

  it.each([[-0.1, 10], [1.1, 10], [NaN, 10], [0.5, 0], [0.5, NaN]])('refuses p=%d n=%d', (p, n) => {
    expect(() => wilson(p, n)).toThrow(RangeError);
  });

  it('holds the true rate in about 95% of simulations, ties counted as a half', () => {
    const random = RandomStream.of(1, 'wilson');
    const [trials, n] = [1500, 128];
    let held = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const outcomes = Array.from({ length: n }, (): number => { const u = random.uniform(); return u < 0.2 ? 1 : u < 0.5 ? 0.5 : 0; });
      const mean = outcomes.reduce((a, b) => a + b, 0) / n;
      const variance = outcomes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
      const { low, high } = wilson(mean, effectiveCount(mean, variance, n));
      if (low <= 0.35 && 0.35 <= high) held += 1;
    }
    // Measured 0.958; the standard error of the figure is 0.006.
    expect(held / trials).toBeGreaterThan(0.93);
    expect(held / trials).toBeLessThan(0.97);
  });
});

describe('effectiveCount', () => {
  it.each([
    ['no ties', 0.5, 0.25, 100, 100],
    ['half the variance', 0.5, 0.125, 100, 200],
    ['all ties', 0.5, 0, 100, 400],
    ['all won', 1, 0, 100, 100],
  ])('%s', (_, p, variance, n, expected) => {
    expect(effectiveCount(p, variance, n)).toBeCloseTo(expected, 9);
  });
});

describe('tQuantile95', () => {
  it.each([[1, 12.7062], [2, 4.3027], [4, 2.7764], [10, 2.2281], [11, 2.201], [20, 2.086], [30, 2.0423], [120, 1.9799]])('%d degrees', (degrees, expected) => {
    expect(tQuantile95(degrees)).toBeCloseTo(expected, 3);
  });
});

describe('tQuantile95 of fractional degrees', () => {
  // scipy.stats.t.ppf(0.975, df)
  it.each([[1.5, 6.01666], [2.5, 3.57465], [3.7, 2.86752], [4.5, 2.65891], [9.5, 2.24414], [10.5, 2.21384]])('%d', (degrees, expected) => {
    expect(Math.abs(tQuantile95(degrees) / expected - 1)).toBeLessThan(degrees < 2 ? 0.03 : 0.005);
  });

  it('falls with the degrees', () => {
    fc.assert(fc.property(fc.double({ min: 1, max: 40, noNaN: true }), fc.double({ min: 0.05, max: 5, noNaN: true }), (degrees, more) => {
      expect(tQuantile95(degrees + more)).toBeLessThan(tQuantile95(degrees));
    }));
  });
});

describe('holm', () => {
  it.each([
    ['the example of R’s p.adjust', [0.01, 0.02, 0.03, 0.04, 0.05], [0.05, 0.08, 0.09, 0.09, 0.09]],
    ['out of order', [0.04, 0.01, 0.03], [0.06, 0.03, 0.06]],
    ['Wikipedia: only the first two are rejected at 0.05', [0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]],
    ['no more than one', [0.6, 0.9], [1, 1]],
    ['a single test', [0.03], [0.03]],
    ['none', [], []],
  ])('%s', (_, p, expected) => {
    const adjusted = holm(p);
    expect(adjusted).toHaveLength(expected.length);
    adjusted.forEach((value, i) => { expect(value).toBeCloseTo(expected[i] ?? NaN, 12); });
  });

  it('never lowers a p-value, keeps their order, and lies between none and Bonferroni', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (p) => {
      const adjusted = holm(p);
      p.forEach((value, i) => {
        expect(adjusted[i]).toBeGreaterThanOrEqual(value);
        expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, p.length * value) + 1e-12);
        p.forEach((other, j) => { if (value < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] ?? NaN); });
      });
    }));
  });
});

describe('bootstrapMean', () => {
  it('is the same for the same seed, and another for another', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 }), fc.nat(), (values, seed) => {
        const options = { resamples: 100, seed };
        const first = bootstrapMean(values, options);
        expect(bootstrapMean(values, options)).toEqual(first);
        expect(first?.resamples).toBe(100);
        expect(first?.low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
        expect(first?.high).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
      }),
    );
    const values = Array.from({ length: 40 }, (_, i) => i * i);
    expect(bootstrapMean(values, { seed: 1 })).not.toEqual(bootstrapMean(values, { seed: 2 }));
  });

  it('holds the true mean in about 95% of simulations', () => {
    const random = RandomStream.of(2, 'coverage');
    const trials = 300;
    let held = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const found = bootstrapMean(Array.from({ length: 60 }, () => random.normal()), { resamples: 300, seed: trial });
      if (found && found.low <= 0 && 0 <= found.high) held += 1;
    }
    // Measured 0.913 with a standard error of 0.013: a percentile bootstrap of 60 values falls a little short of 0.95.
    expect(held / trials).toBeGreaterThan(0.9);
    expect(held / trials).toBeLessThan(0.98);
  });

  it('has no interval of nothing', () => {
    expect(bootstrapMean([])).toBeUndefined();
    expect(percentileInterval([])).toBeUndefined();
  });
});

const series = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 25 });

describe('isotonic', () => {
  it.each([
    ['an ascending series stays', [1, 2, 3], undefined, [1, 2, 3]],
    ['a descending one becomes its mean', [3, 2, 1], undefined, [2, 2, 2]],
    ['a known case', [1, 3, 2, 4, 3.5, 5], undefined, [1, 2.5, 2.5, 3.75, 3.75, 5]],
    ['weights pull', [3, 1], [3, 1], [2.5, 2.5]],
    ['pooling reaches back', [2, 3, 4, -5], undefined, [1, 1, 1, 1]],
    ['nothing', [], undefined, []],
  ])('%s', (_, y, weights, expected) => {
    expect(Array.from(isotonic(y, weights))).toEqual(expected);
  });

  it('is monotone, idempotent, keeps the mean, and leaves what is ordered', () => {
    fc.assert(
      fc.property(series, (y) => {
        const fitted = isotonic(y);
        for (let i = 1; i < fitted.length; i += 1) expect(fitted[i]).toBeGreaterThanOrEqual(fitted[i - 1] ?? NaN);
        isotonic(fitted).forEach((value, i) => { expect(value).toBeCloseTo(fitted[i] ?? NaN, 9); });
        const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);
        expect(sum(fitted)).toBeCloseTo(sum(y), 6);
        const sorted = [...y].sort((a, b) => a - b);
        expect(Array.from(isotonic(sorted))).toEqual(sorted);
      }),
    );
  });
});

describe('unimodal', () => {
  it('finds the peak of a noisy hill', () => {
    const { fitted, peak } = unimodal([0, 2, 1, 5, 4, 4.5, 1, 2, 0]);
    expect(peak).toBe(3);
    expect(Array.from(fitted)).toEqual([0, 1.5, 1.5, 5, 4.25, 4.25, 1.5, 1.5, 0]);
  });

  it('rises to its peak and falls from it, never worse than rising alone', () => {
    fc.assert(
      fc.property(series, (y) => {
        const { fitted, peak, squares } = unimodal(y);
        for (let i = 1; i < fitted.length; i += 1) {
          const change = (fitted[i] ?? NaN) - (fitted[i - 1] ?? NaN);
          if (i <= peak) expect(change).toBeGreaterThanOrEqual(0);
          else expect(change).toBeLessThanOrEqual(0);
        }
        const rising = isotonic(y).reduce((sum, value, i) => sum + (value - (y[i] ?? NaN)) ** 2, 0);
        expect(squares).toBeLessThanOrEqual(rising + 1e-9);
      }),
    );
  });
});

describe('spearman', () => {
  it.each([
    ['IQ and television (Wikipedia)', [106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17], -29 / 165],
    ['any monotone function', [1, 2, 3, 4], [1, 10, 100, 1000], 1],
    ['ties, by mean ranks', [1, 2, 2, 3], [1, 3, 2, 4], 0.9487],
    ['a constant side', [1, 1, 1], [1, 2, 3], NaN],
    ['one point', [1], [1], NaN],
  ])('%s', (_, x, y, expected) => {
    if (Number.isNaN(expected)) expect(spearman(x, y)).toBeNaN();
    else expect(spearman(x, y)).toBeCloseTo(expected, 4);
  });

  it('is symmetric and lies in [−1, 1]', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 2, maxLength: 20 }), (pairs) => {
        const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const rho = spearman(x, y);
        if (Number.isNaN(rho)) return;
        expect(spearman(y, x)).toBeCloseTo(rho, 12);
        expect(Math.abs(rho)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('leastSquares', () => {
  it('recovers coefficients, weights counting as repetitions', () => {
    const rows = [[1, 0, 0], [1, 1, 1], [1, 2, 4], [1, 3, 9]];
    expect(Array.from(leastSquares(rows, [2, 3, 8, 17]))).toEqual([expect.closeTo(2, 6), expect.closeTo(-1, 6), expect.closeTo(2, 6)]);
    const once = leastSquares([[1], [1]], [0, 3], [1, 2]);
    expect(once[0]).toBeCloseTo(2, 9);
  });

  it('fits Gao et al.’s form by its two columns', () => {
    const d = [0.3, 0.7, 1, 1.4, 2, 2.6];
    const y = d.map((x) => 0.3 * x - 0.1 * x * Math.log(x));
    expect(Array.from(leastSquares(d.map((x) => [x, x * Math.log(x)]), y))).toEqual([expect.closeTo(0.3, 7), expect.closeTo(-0.1, 7)]);
  });

  it('stays finite where columns cannot be told apart', () => {
    for (const value of leastSquares([[1, 2], [2, 4]], [1, 2])) expect(Number.isFinite(value)).toBe(true);
    expect(Array.from(leastSquares([[0, 0]], [1]))).toEqual([0, 0]);
  });
});
