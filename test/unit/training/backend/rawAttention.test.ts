/** Attention of both builds: whole rows, its gradient, and position by position over a cache. */
import { expect, test } from 'vitest';
import { stream } from '../models';
import { expectClose } from './closeness';
import { describeBuilds, type RawKernels } from './rawKernels';
import { attention, attentionGradient, type AttentionSizes } from './reference/attention';
import { along, finiteDifferences } from './reference/finiteDifferences';

const random = stream('raw attention');
const floats = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());
const qkvOf = ({ rows, keys, heads, depth }: AttentionSizes): Float32Array => floats(rows * keys * 3 * heads * depth);

const KEYS = [1, 2, 3, 4, 5, 7, 8, 9, 16, 33, 65];
const DEPTHS = Array.from({ length: 33 }, (_, i) => i + 1);

/** Each number of keys with all of them asking, one, and about half; depths, heads and rows in turn. */
const CASES: readonly AttentionSizes[] = KEYS.flatMap((keys, i) =>
  [...new Set([keys, 1, Math.ceil(keys / 2)])].map((queries, j) => ({ rows: 1 + ((i + j) % 3), keys, queries, heads: 1 + ((2 * i + j) % 4), depth: DEPTHS[(7 * i + 11 * j) % DEPTHS.length]! })),
);
const EVERY_DEPTH: readonly AttentionSizes[] = DEPTHS.map((depth, i) => ({ rows: 2, keys: 9, queries: [9, 5, 4, 1][i % 4]!, heads: 1 + (i % 3), depth }));
const SMALL: readonly AttentionSizes[] = [
  { rows: 1, keys: 1, queries: 1, heads: 1, depth: 1 },
  { rows: 2, keys: 3, queries: 3, heads: 1, depth: 3 },
  { rows: 1, keys: 5, queries: 2, heads: 3, depth: 2 },
  { rows: 2, keys: 9, queries: 9, heads: 2, depth: 8 },
  { rows: 1, keys: 9, queries: 1, heads: 2, depth: 5 },
];

function gradient(raw: RawKernels, sizes: AttentionSizes): { readonly qkv: Float32Array; readonly dy: Float32Array; readonly dqkv: Float32Array } {
  const [qkv, dy] = [qkvOf(sizes), floats(sizes.rows * sizes.queries * sizes.heads * sizes.depth)];
  const { probabilities } = raw.attention(qkv, sizes);
  return { qkv, dy, dqkv: raw.attentionBackward(dy, qkv, probabilities, sizes) };
}

const TITLE = '$rows rows, $queries of $keys positions, $heads heads of $depth';

describeBuilds('attention', (raw) => {
  test.each([...CASES, ...EVERY_DEPTH])(`${TITLE}: value and gradient`, (sizes) => {
    const { qkv, dy, dqkv } = gradient(raw, sizes);
    expectClose(raw.attention(qkv, sizes).y, attention(qkv, sizes), 1e-5, 'y');
    expectClose(dqkv, attentionGradient(dy, qkv, sizes), 1e-5, 'dqkv');
  });

  test.each(SMALL)(`${TITLE}: finite differences`, (sizes) => {
    const { qkv, dy, dqkv } = gradient(raw, sizes);
    expectClose(dqkv, finiteDifferences((x) => along(dy)(attention(x, sizes)), qkv), 1e-5);
  });

  test.each([
    { name: 'large scores of either sign', scale: 60 },
    { name: 'tiny scores', scale: 1e-6 },
  ])('$name', ({ scale }) => {
    const sizes = { rows: 2, keys: 9, queries: 9, heads: 2, depth: 5 };
    const qkv = qkvOf(sizes).map((value) => value * scale);
    // What single precision leaves of scores of some thousands: the exponent is off by a few millionths of them.
    expectClose(raw.attention(qkv, sizes).y, attention(qkv, sizes), scale > 1 ? 2e-3 : 1e-5);
  });

  test('a row of equal scores is shared out evenly, later positions get nothing', () => {
    const sizes = { rows: 1, keys: 33, queries: 33, heads: 1, depth: 1 };
    const qkv = Float32Array.from({ length: 3 * 33 }, (_, at) => (at % 3 === 2 ? at : 0));
    expectClose(raw.attention(qkv, sizes).y, Float64Array.from({ length: 33 }, (_, i) => 2 + (3 * i) / 2), 1e-6);
  });
});

const CACHED = [
  { rows: 1, heads: 1, depth: 1, steps: [1, 1, 1, 1, 1] },
  { rows: 3, heads: 2, depth: 3, steps: [4, 1, 1, 1, 1, 1] },
  { rows: 2, heads: 3, depth: 8, steps: [7, 2, 1, 5, 1] },
  { rows: 1, heads: 4, depth: 33, steps: [9, 1, 1] },
  { rows: 65, heads: 1, depth: 4, steps: [3, 1, 1] },
  { rows: 2, heads: 1, depth: 9, steps: [33, 1, 1, 30] },
];

describeBuilds('cached attention', (raw) => {
  test.each(CACHED)('of $rows rows, $heads heads of $depth, $steps positions at a time, equals uncached attention', ({ steps, ...shape }) => {
    const length = steps.reduce((a, b) => a + b, 0);
    const three = 3 * shape.heads * shape.depth;
    const all = { ...shape, keys: length, queries: length };
    const qkv = qkvOf(all);
    const expected = attention(qkv, all);
    const cache = raw.cache({ ...shape, capacity: 4 * Math.ceil(length / 4) });
    let first = 0;
    for (const count of steps) {
      const asking = count > 2 ? Math.ceil(count / 2) : 1;
      const fresh = rowsOf(qkv, { rows: shape.rows, length, width: three }, first, first + count);
      first += count;
      expectClose(cache(fresh, count, asking), rowsOf(expected, { rows: shape.rows, length, width: three / 3 }, first - asking, first), 1e-5, `up to position ${first}`);
    }
    expect(first).toBe(length);
  });
});

/** Positions from … to of each row of x [rows, length, width]. */
function rowsOf(x: ArrayLike<number>, { rows, length, width }: Readonly<Record<'rows' | 'length' | 'width', number>>, from: number, to: number): Float64Array {
  const size = (to - from) * width;
  return Float64Array.from({ length: rows * size }, (_, at) => x[Math.floor(at / size) * length * width + from * width + (at % size)]!);
}
