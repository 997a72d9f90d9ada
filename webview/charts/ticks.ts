/** Axis ticks at round values of what the axis is about, also where positions are square roots. */
import type { Axis } from './spec';

/** About `count` round values (1, 2 or 5 times a power of ten) that cover [min, max]; ends inside it. */
export function roundTicks(min: number, max: number, count: number): number[] {
  if (!(max > min) || count < 1) return [min];
  const rough = (max - min) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Small KL values are what a √ axis is for: it gets ticks at both scales. */
export function sqrtTicks(max: number, count: number): number[] {
  const wide = roundTicks(0, max, count);
  const first = wide[1] ?? max;
  const fine = [first / 10, first / 4, first / 2].map((value) => Number(value.toPrecision(2)));
  return [...new Set([0, ...fine, ...wide])].sort((a, b) => a - b);
}

/**
 * One text a tick. Where the axis's own format gives two ticks the same text, it is too coarse for them: a format of whole
 * numbers (training steps) then labels whole ticks alone, any other gets the decimals that the ticks need.
 */
export function tickTexts(ticks: readonly number[], format: (value: number) => string): string[] {
  const texts = ticks.map(format);
  if (new Set(texts).size === ticks.length) return texts;
  if (texts.every((text) => /^[−-]?\d+$/.test(text))) return ticks.map((tick, i) => (Number.isInteger(tick) ? texts[i] ?? '' : ''));
  const gap = Math.min(...ticks.slice(1).map((tick, i) => Math.abs(tick - (ticks[i] ?? 0))));
  const decimals = Math.min(10, Math.max(0, Math.ceil(-Math.log10(gap) - 1e-9)));
  return ticks.map((tick) => tick.toFixed(decimals).replace(/^-(?=0\.?0*$)/, '').replace('-', '−'));
}

export const toPosition = (axis: Axis, value: number): number => (axis.scale === 'sqrt' ? Math.sqrt(Math.max(0, value)) : value);
export const fromPosition = (axis: Axis, position: number): number => (axis.scale === 'sqrt' ? position * position : position);

/** Bounds that hold the wished ones and all values, with a little air unless a wished bound already holds. */
export function axisRange(axis: Axis, values: Iterable<number>): { readonly min: number; readonly max: number } {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [axis.min ?? 0, axis.max ?? 1];
  const air = ([high - low, Math.abs(high)].find((size) => size > 1e-12) ?? 1) * 0.06;
  const min = axis.min !== undefined && axis.min <= low ? axis.min : low - air;
  const max = axis.max !== undefined && axis.max >= high ? axis.max : high + air;
  return axis.scale === 'sqrt' ? { min: Math.max(0, min), max } : { min, max };
}
