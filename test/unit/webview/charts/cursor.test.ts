import { describe, expect, it } from 'vitest';
import { describePoint, moveCursor, navigable, type Cursor } from '../../../../webview/charts/cursor';
import type { ChartSpec, Series } from '../../../../webview/charts/spec';

const series = (key: string, xs: readonly number[], change: Partial<Series> = {}): Series => ({ key, label: key, legend: key, slot: 0, form: 'line', points: xs.map((x) => ({ x, y: x / 10 })), ...change });
const spec: ChartSpec = {
  id: 'c', title: '', description: '', lines: [], notes: [],
  x: { label: 'Step', scale: 'linear', format: String },
  y: { label: 'Win rate', scale: 'linear', format: (value) => value.toFixed(3) },
  series: [series('seed', [0, 9], { faint: true }), series('a', [0, 5, 10]), series('fit', [1, 2], { form: 'curve' }), series('b', [4, 11]), series('none', [])],
};
const shown = navigable(spec, new Set());
const at = (key: string, index: number): Cursor => ({ series: key, index });

describe('navigable', () => {
  it('passes fitted and empty series by, and single seeds come last', () => expect(shown.map(({ key }) => key)).toEqual(['a', 'b', 'seed']));
  it('passes hidden series by', () => expect(navigable(spec, new Set(['a'])).map(({ key }) => key)).toEqual(['b', 'seed']));
});

describe('moveCursor', () => {
  it.each<[string, Cursor | undefined, string, Cursor | undefined]>([
    ['begins at the first point', undefined, 'ArrowRight', at('a', 0)],
    ['begins at the first point, whatever the arrow', undefined, 'ArrowDown', at('a', 0)],
    ['moves on', at('a', 0), 'ArrowRight', at('a', 1)],
    ['stops at the end', at('a', 2), 'ArrowRight', at('a', 2)],
    ['stops at the start', at('a', 0), 'ArrowLeft', at('a', 0)],
    ['jumps to the end', at('a', 0), 'End', at('a', 2)],
    ['jumps to the start', at('a', 2), 'Home', at('a', 0)],
    ['changes lines at the nearest x', at('a', 2), 'ArrowDown', at('b', 1)],
    ['goes round', at('seed', 0), 'ArrowDown', at('a', 0)],
    ['goes round upwards', at('a', 0), 'ArrowUp', at('seed', 0)],
    ['falls back when its line is gone', at('gone', 7), 'ArrowRight', at('a', 0)],
    ['falls back when its line got shorter', at('b', 7), 'ArrowLeft', at('b', 0)],
    ['leaves other keys alone', at('a', 0), 'x', undefined],
  ])('%s', (_, cursor, key, expected) => expect(moveCursor(shown, cursor, key)).toEqual(expected));

  it('has nowhere to go without lines', () => expect(moveCursor([], undefined, 'End')).toBeUndefined());
});

describe('describePoint', () => {
  it('says series, value, interval and place', () => {
    const point = { x: 2, y: 0.4, low: 0.3, high: 0.5, source: { run: 'r', step: 7, metric: 'winRate' as const } };
    const one: ChartSpec = { ...spec, x: { ...spec.x, label: 'KL' }, series: [{ ...series('a', []), points: [point] }] };
    expect(describePoint(one, at('a', 0))).toBe('a: Win rate 0.400 [0.300, 0.500] at KL 2, step 7');
  });
  it('is silent about what is not there', () => expect(describePoint(spec, at('a', 9))).toBeUndefined());
});
