import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../../../src/core/random';
import { drawCount, drawQuality } from '../../../../../src/training/tasks/common/writers';

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return mean(values.map((v) => (v - middle) ** 2));
}

describe('draws of the writers', () => {
  test('quality follows Beta(1.2, 1.2): mean 1/2, variance 1/13.6', () => {
    const random = RandomStream.of(1, 'quality');
    const values = Array.from({ length: 20_000 }, () => drawQuality(random));
    expect(mean(values)).toBeCloseTo(0.5, 2);
    expect(variance(values)).toBeCloseTo(1 / 13.6, 2);
  });

  test.each([[0.5], [1.2], [3.5]])('a count follows Poisson(%d): mean and variance alike, none as often as exp(−mean)', (wanted) => {
    const random = RandomStream.of(1, 'counts');
    const values = Array.from({ length: 20_000 }, () => drawCount(wanted, random));
    expect(Math.abs(mean(values) - wanted)).toBeLessThan(0.05);
    expect(Math.abs(variance(values) - wanted)).toBeLessThan(0.15);
    expect(values.filter((n) => n === 0).length / values.length).toBeCloseTo(Math.exp(-wanted), 2);
  });
});
