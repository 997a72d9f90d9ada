/** Matrix products of both builds over every transposition, stride and odd size, against products in double precision. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stream } from '../models';
import { expectClose } from './closeness';
import { describeBuilds, type ProductCase, type RawKernels } from './rawKernels';
import { product, type Sizes, type Strided } from './reference/matrix';

const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 16, 33, 64, 65];
const random = stream('raw matrices');
const floats = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());

type Layout = 'rows' | 'columns' | 'spread';

/** Room for [rows, columns]; `gap` floats lie between its rows (or columns), `spread` leaves gaps between all its elements. */
function strided(rows: number, columns: number, layout: Layout, gap: number): Strided {
  const strides = { rows: [columns + gap, 1], columns: [1, rows + gap], spread: [2 * columns + gap, 2] }[layout] as [number, number];
  return { values: floats((rows - 1) * strides[0] + (columns - 1) * strides[1] + 1), rowStride: strides[0], columnStride: strides[1] };
}

interface Variant {
  readonly left: Layout;
  readonly right: Layout;
  readonly gap: number;
  readonly start: 'none' | 'bias' | 'accumulate';
}

/** Wherever c has no element of the product it keeps what it had. */
function expectProduct(raw: RawKernels, sizes: Sizes, { left, right, gap, start: kind }: Variant): void {
  const { rows, inner, columns } = sizes;
  const stride = columns + gap;
  const [a, b] = [strided(rows, inner, left, gap), strided(inner, columns, right, gap)];
  const values = floats(kind === 'bias' ? columns : (rows - 1) * stride + columns);
  const one: ProductCase = { ...sizes, a, b, stride, ...(kind === 'none' ? {} : { start: { kind, values } }) };
  const begin = { none: () => 0, bias: (_: number, j: number) => values[j]!, accumulate: (i: number, j: number) => values[i * stride + j]! }[kind];
  const expected = product(a, b, sizes, begin);
  const before = kind === 'accumulate' ? values : new Float32Array((rows - 1) * stride + columns).fill(0.625);
  const whole = before.map((value, at) => (at % stride < columns ? expected[Math.floor(at / stride) * columns + (at % stride)]! : value));
  expectClose(raw.product(one), whole, 1e-5, `[${rows}, ${inner}] by ${left} times [${inner}, ${columns}] by ${right}, gaps of ${gap}, ${kind}:`);
}

const VARIANTS: readonly Variant[] = (['rows', 'columns', 'spread'] as const).flatMap((left) =>
  (['rows', 'columns', 'spread'] as const).flatMap((right) => (['none', 'bias', 'accumulate'] as const).map((start, i) => ({ left, right, start, gap: i === 1 ? 3 : i }))),
);

describeBuilds('matrix products', (raw) => {
  test.each(VARIANTS)('left by $left, right by $right, gaps of $gap, start: $start', (variant) => {
    const index = VARIANTS.indexOf(variant);
    // Half of all pairs of rows and columns, another half each time, and all inner sizes in turn.
    SIZES.forEach((rows, i) => {
      SIZES.forEach((columns, j) => {
        if ((i + j + index) % 2 === 0) expectProduct(raw, { rows, columns, inner: SIZES[(i + 5 * j + index) % SIZES.length]! }, variant);
      });
    });
  });

  test('any shape up to 40', () => {
    const size = fc.integer({ min: 1, max: 40 });
    const variant = fc.record({ left: fc.constantFrom<Layout>('rows', 'columns', 'spread'), right: fc.constantFrom<Layout>('rows', 'columns', 'spread'), gap: fc.nat(5), start: fc.constantFrom<Variant['start']>('none', 'bias', 'accumulate') });
    fc.assert(fc.property(fc.record({ rows: size, inner: size, columns: size }), variant, (sizes, one) => expectProduct(raw, sizes, one)), { numRuns: 300 });
  });

  test('an empty inner dimension leaves the start', () => {
    const empty: Strided = { values: [], rowStride: 0, columnStride: 1 };
    const sizes = { rows: 2, inner: 0, columns: 9, stride: 9 };
    expect([...raw.product({ ...sizes, a: empty, b: empty })]).toEqual(new Array(18).fill(0));
    expectClose(raw.product({ ...sizes, a: empty, b: empty, start: { kind: 'bias', values: [1, 2, 3, 4, 5, 6, 7, 8, 9] } }), [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test.each(SIZES)('transposes matrices of %i rows', (rows) => {
    for (const columns of SIZES) {
      const x = floats(rows * columns);
      expectClose(raw.transpose(x, rows, columns), Float32Array.from({ length: x.length }, (_, at) => x[(at % rows) * columns + Math.floor(at / rows)]!), 0, `[${rows}, ${columns}]`);
    }
  });
});
