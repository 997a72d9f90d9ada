import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heights } from '../../../../webview/charts/config';
import { spread } from '../../../../webview/charts/overlay';
import { axisRange, fromPosition, roundTicks, sqrtTicks, tickTexts, toPosition } from '../../../../webview/charts/ticks';
import { contrast } from '../../../../webview/charts/theme';

const axis = (scale: 'linear' | 'sqrt', min?: number, max?: number) => ({ label: '', scale, format: String, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) });

describe('tickTexts', () => {
  const two = (value: number) => value.toFixed(2);
  const whole = (value: number) => value.toFixed(0);
  it.each<[string, readonly number[], (value: number) => string, string[]]>([
    ['as the axis says where that tells them apart', [0, 0.1, 0.2], two, ['0.00', '0.10', '0.20']],
    ['with the decimals that close ticks need', [-0.01, -0.005, 0, 0.005], two, ['−0.010', '−0.005', '0.000', '0.005']],
    ['whole ticks alone where steps are counted', [0, 0.5, 1, 1.5], whole, ['0', '', '1', '']],
  ])('%s', (_name, ticks, format, expected) => { expect(tickTexts(ticks, format)).toEqual(expected); });
});

describe('roundTicks', () => {
  it.each<[number, number, number, number[]]>([
    [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0, 6.2, 6, [0, 2, 4, 6]],
    [-0.05, 0.21, 5, [0, 0.1, 0.2]],
    [3, 3, 5, [3]],
  ])('from %d to %d, about %d', (min, max, count, ticks) => expect(roundTicks(min, max, count)).toEqual(ticks));

  it('stays inside and ascends', () => {
    fc.assert(fc.property(fc.double({ min: -100, max: 100, noNaN: true }), fc.double({ min: 1e-4, max: 1e5, noNaN: true }), (min, width) => {
      const ticks = roundTicks(min, min + width, 6);
      expect(ticks.length).toBeLessThan(20);
      ticks.forEach((tick, i) => expect(tick > (ticks[i - 1] ?? -Infinity) && tick >= min - width * 1e-3 && tick <= min + width * 1.001).toBe(true));
    }));
  });
});

describe('a √ axis', () => {
  it('has finer ticks near zero', () => expect(sqrtTicks(6, 6)).toEqual([0, 0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 6]));

  it('gives back what it placed', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1e4, noNaN: true }), (value) => {
      expect(fromPosition(axis('sqrt'), toPosition(axis('sqrt'), value))).toBeCloseTo(value, 6);
    }));
  });

  it('puts a small negative estimate (k1 can be one) at zero', () => expect(toPosition(axis('sqrt'), -0.01)).toBe(0));
});

describe('axisRange', () => {
  it.each([
    ['wished bounds that hold', axis('linear', 0, 1), [0.2, 0.8], { min: 0, max: 1 }],
    ['no values', axis('linear', 0, 1), [], { min: 0, max: 1 }],
    ['no values and no wish', axis('linear'), [NaN], { min: -0.06, max: 1.06 }],
    ['values beyond the wish', axis('linear', 0, 1), [0, 2], { min: 0, max: 2.12 }],
  ])('with %s', (_, one, values, range) => {
    expect(axisRange(one, values).min).toBeCloseTo(range.min, 9);
    expect(axisRange(one, values).max).toBeCloseTo(range.max, 9);
  });

  it('holds every value', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1 }), (values) => {
      const { min, max } = axisRange(axis('linear', 0), values);
      expect(values.every((value) => value >= min && value <= max) && max > min).toBe(true);
    }));
  });
});

describe('heights', () => {
  const band = (low: number, high: number) => [{ key: 'k', label: '', legend: '', slot: 0, form: 'line' as const, points: [{ x: 0, y: 1, low, high }, { x: 1, y: 2 }] }];
  it.each([
    ['hold a narrow band', 0.5, 1.5, 0.5, 2],
    ['cut a huge one at the span of the values', -50, 50, 0, 3],
  ])('%s', (_, low, high, least, most) => expect([Math.min(...heights(band(low, high))), Math.max(...heights(band(low, high)))]).toEqual([least, most]));
});

describe('spread', () => {
  it('keeps labels apart and in order', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 300, noNaN: true })), (positions) => {
      const placed = spread(positions, 15);
      const sorted = [...placed].sort((a, b) => a - b);
      sorted.forEach((at, i) => { if (i > 0) expect(at - (sorted[i - 1] ?? 0)).toBeGreaterThanOrEqual(15 - 1e-9); });
    }));
  });

  it('moves nothing that is far enough away', () => expect(spread([50, 10, 90], 15)).toEqual([50, 10, 90]));
});

describe('contrast', () => {
  it.each([
    ['#000000', '#ffffff', 21],
    ['#777777', '#ffffff', 4.48],
    ['#d18616', '#ffffff', 2.94],
  ])('of %s on %s', (a, b, ratio) => {
    expect(contrast(a, b)).toBeCloseTo(ratio, 1);
    expect(contrast(b, a)).toBeCloseTo(ratio, 1);
  });
});
