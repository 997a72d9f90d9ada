/** Comparing arrays of floats: one assertion an array, which names its worst entry. */
import { expect } from 'vitest';

/** |value − expected| ≤ tolerance · max(1, |expected|), everywhere. */
export function expectClose(values: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5, what = ''): void {
  expect(values.length, what).toBe(expected.length);
  let [worst, at] = [0, 0];
  for (let i = 0; i < expected.length; i += 1) {
    const error = errorOf(values[i]!, expected[i]!);
    if (!(error <= worst)) [worst, at] = [error, i];
    if (Number.isNaN(worst)) break;
  }
  if (!(worst <= tolerance)) expect.fail(`${what} entry ${at} of ${expected.length} is ${values[at]}, should be ${expected[at]}`);
}

const errorOf = (value: number, expected: number): number => (value === expected ? 0 : Math.abs(value - expected) / Math.max(1, Math.abs(expected)));

/** |value − expected| ≤ tolerance · |expected|, everywhere. */
export function expectRelative(values: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what = ''): void {
  const ratios = Array.from(values, (value, i) => (value === expected[i] ? 1 : value / expected[i]!));
  expectClose(ratios, ratios.map(() => 1), tolerance, `${what} (as a share of what it should be)`);
}
