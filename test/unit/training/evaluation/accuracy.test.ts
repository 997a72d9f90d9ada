import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf, outcomesOf, pairwiseAccuracy } from '../../../../src/training/evaluation/accuracy';
import { encodeOutcomes, meanMetric } from '../../../../src/training/evaluation/summary';

describe('pairwiseAccuracy', () => {
  it.each([
    { name: 'all right', chosen: [2, 3], rejected: [1, 1], expected: 1 },
    { name: 'a tie counts half', chosen: [1, 3], rejected: [1, 1], expected: 0.75 },
    { name: 'all ties, as at step 0', chosen: [0, 0], rejected: [0, 0], expected: 0.5 },
    { name: 'all wrong', chosen: [0, -1], rejected: [1, 0], expected: 0 },
  ])('$name', ({ chosen, rejected, expected }) => {
    expect(pairwiseAccuracy(chosen, rejected)).toBe(expected);
  });

  it('and its mirror image sum to one', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })), { minLength: 1 }), (pairs) => {
      const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
      expect(pairwiseAccuracy(a, b) + pairwiseAccuracy(b, a)).toBeCloseTo(1, 12);
    }));
  });
});

describe('meanMetric', () => {
  it('gives mean, count and standard error as by hand', () => {
    const metric = meanMetric([1, 2, 3, 4]);
    expect(metric.value).toBe(2.5);
    expect(metric.n).toBe(4);
    expect(metric.standardError).toBeCloseTo(Math.sqrt(5 / 3 / 4), 12);
  });

  it('has no standard error for one value', () => {
    expect(meanMetric([7])).toEqual({ value: 7, n: 1 });
  });
});

describe('outcomes', () => {
  it('are encoded one digit a prompt', () => {
    expect(encodeOutcomes(outcomesOf([2, 1, 0], [1, 1, 1]))).toBe('210');
  });

  it('of two scores are antisymmetric', () => {
    fc.assert(fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => { expect(outcomeOf(a, b) + outcomeOf(b, a)).toBe(1); }));
  });
});
