import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeedHalves } from '../../../../src/core/analysis/seedHalves';
import { RandomStream } from '../../../../src/core/random';

const HALVINGS = 20;

/** Means over seeds with one left out, of `own` effects and of noise that differs between the halves and averages on all prompts. */
function simulated(seeds: number, spread: number, noise: number, random: RandomStream): SeedHalves {
  const halves = new SeedHalves(seeds, 1);
  const own = Array.from({ length: seeds }, () => spread * random.normal());
  const leftOut = (values: readonly number[], rows: readonly Float64Array[]): void => {
    rows.forEach((row, left) => { row[0] = values.reduce((sum, value, i) => sum + (i === left ? 0 : value), 0) / (seeds - 1); });
  };
  // One draw of the prompts' luck a half, as one halving; the same again stands for others of it.
  const [a, b] = [0, 1].map(() => own.map((effect) => effect + noise * Math.SQRT2 * random.normal()));
  for (let h = 0; h < HALVINGS; h += 1) {
    leftOut(a ?? [], halves.first());
    leftOut(b ?? [], halves.second());
  }
  leftOut(own.map((_, i) => ((a?.[i] ?? 0) + (b?.[i] ?? 0)) / 2), halves.whole());
  return halves;
}

const meanShare = (seeds: number, spread: number, noise: number): number => {
  const random = RandomStream.of(3, `${seeds} ${spread} ${noise}`);
  return Array.from({ length: 300 }, () => simulated(seeds, spread, noise, random).share([0])).reduce((sum, share) => sum + share, 0) / 300;
};

describe('SeedHalves', () => {
  it.each<[string, number, number, number, number]>([
    ['seeds that differ, prompts without luck: all of it', 1, 0, 0.999, 1],
    ['seeds alike, luck alone: little of it', 0, 1, 0, 0.2],
    ['as much of each: about half', 1, 1, 0.35, 0.65],
  ])('%s', (_, spread, noise, low, high) => {
    const share = meanShare(10, spread, noise);
    expect(share).toBeGreaterThanOrEqual(low);
    expect(share).toBeLessThanOrEqual(high);
  });

  it('lies between none and all, whatever the rows', () => {
    const values = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 9, maxLength: 9 });
    fc.assert(fc.property(values, (numbers) => {
      const halves = new SeedHalves(3, 1);
      [halves.first(), halves.second(), halves.whole()].forEach((rows, i) => { rows.forEach((row, j) => { row[0] = numbers[3 * i + j] ?? 0; }); });
      expect(halves.share([0])).toBeGreaterThanOrEqual(0);
      expect(halves.share([0])).toBeLessThanOrEqual(1);
    }));
  });

  it.each([[1, 'a single seed'], [3, 'seeds without any spread']])('is all of it for %s: there is nothing to take out', (seeds) => {
    const halves = new SeedHalves(seeds, 2);
    expect([halves.first().length, halves.share([0, 1])]).toEqual([seeds === 1 ? 0 : seeds, 1]);
  });
});
