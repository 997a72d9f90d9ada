/** The smaller kernels of both builds against double precision: elementwise, norms, embeddings, log-probabilities, segment sums. */
import { describe, expect, test } from 'vitest';
import { stream } from '../models';
import { expectClose } from './closeness';
import { describeBuilds } from './rawKernels';
import { along, finiteDifferences } from './reference/finiteDifferences';
import { embedding, gelu, logSoftmax } from './reference/layers';
import { norm } from './reference/norm';

const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 16, 33, 64, 65];
const ROWS = [1, 2, 3, 5, 33];
const PAIRS = SIZES.flatMap((width) => ROWS.map((rows) => ({ rows, width })));
const random = stream('raw layers');
const floats = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());
const map = (x: ArrayLike<number>, f: (value: number, at: number) => number): Float64Array => Float64Array.from(x, f);

describeBuilds('elementwise', (raw) => {
  test.each(SIZES)('%i floats, no more than four-float vectors beyond', (count) => {
    const [x, dy] = [floats(count).map((value) => 3 * value), floats(count)];
    expectClose(raw.relu(x), map(x, (value) => Math.max(0, value)), 0, 'relu');
    expectClose(raw.reluBackward(dy, map(x, (value) => Math.max(0, value))), map(dy, (value, i) => (x[i]! > 0 ? value : 0)), 0, 'relu gradient');
    const { y, slope } = raw.gelu(x);
    expectClose(y, map(x, gelu), 1e-6, 'gelu');
    expectClose(slope, finiteDifferences((v) => along(map(x, () => 1))(map(v, gelu)), x), 2e-6, 'gelu slope');
    expectClose(raw.geluAlone(x), y, 0, 'gelu without its slope');
    expectClose(raw.scaleBy(dy, x), map(dy, (value, i) => Math.fround(value * x[i]!)), 0, 'scaled');
    expect([...raw.zero(count)]).toEqual(new Array(count).fill(0));
  });

  test('the ends of GELU', () => {
    const { y, slope } = raw.gelu([-1e6, -100, -20, -0, 0, 20, 100, 1e6]);
    expectClose(y, [0, 0, 0, 0, 0, 20, 100, 1e6], 1e-6, 'y');
    expectClose(slope, [0, 0, 0, 0.5, 0.5, 1, 1, 1], 1e-6, 'slope');
  });

  test.each(PAIRS)('bias and column sums of [$rows, $width]', ({ rows, width }) => {
    const [x, own] = [floats(rows * width), floats(width)];
    expectClose(raw.addBias(x, own), map(x, (value, at) => value + own[at % width]!), 1e-6, 'bias');
    expectClose(raw.columnSums(x, own), map(own, (value, j) => x.reduce((sum, one, at) => (at % width === j ? sum + one : sum), value)), 1e-5, 'sums');
  });

  test.each(ROWS.flatMap((length) => [1, 2, length].filter((keep) => keep <= length).map((keep) => ({ length, keep }))))('the last $keep of $length positions and back', ({ length, keep }) => {
    for (const width of SIZES) {
      const sizes = { length, keep, width };
      const kept = (at: number): boolean => Math.floor(at / width) % length >= length - keep;
      const x = floats(3 * length * width);
      const last = raw.lastPositions(x, 3, sizes);
      expectClose(last, x.filter((_, at) => kept(at)), 0);
      expectClose(raw.lastPositionsBackward(last, 3, sizes), x.map((value, at) => (kept(at) ? value : 0)), 0);
    }
  });

  test.each(PAIRS)('segment sums of [$rows, $width], other ids left out', ({ rows, width }) => {
    const x = floats(rows * width);
    const ids = Array.from({ length: rows }, () => random.integer(7) - 1);
    const expected = new Float64Array(5 * width);
    x.forEach((value, at) => {
      const id = ids[Math.floor(at / width)]!;
      if (id >= 0 && id < 5) expected[id * width + (at % width)]! += value;
    });
    expectClose(raw.segmentSum(x, ids, width, 5), expected, 1e-5);
  });
});

describeBuilds('norms', (raw) => {
  describe.each([
    { name: 'LayerNorm', centred: true, epsilon: 1e-5 },
    { name: 'RMSNorm', centred: false, epsilon: 1e-6 },
  ])('$name', ({ centred, epsilon }) => {
    const weightsOf = (width: number) => ({ gain: floats(width), ...(centred ? { bias: floats(width) } : {}) });

    // The variance of a single number is zero: LayerNorm of width 1 answers its bias, and its gradient is rounding alone.
    test.each(PAIRS.filter(({ width }) => width > (centred ? 2 : 0)))('[$rows, $width]: value, and gradients added to what is there', ({ rows, width }) => {
      const [x, dy, weights] = [floats(rows * width), floats(rows * width), weightsOf(width)];
      const { y, moments } = raw.norm(x, weights, epsilon);
      expectClose(y, norm(x, weights, epsilon), 1e-5, 'y');
      const before = { dx: floats(x.length), dgain: floats(width), ...(centred ? { dbias: floats(width) } : {}) };
      const after = raw.normBackward(dy, x, weights.gain, moments, before);
      const plus = (slopes: readonly number[], start: Float32Array): number[] => slopes.map((slope, i) => slope + start[i]!);
      // Every coordinate of small rows, a sample of the others.
      const some = width * rows <= 72 ? undefined : [0, 1, x.length - width, x.length - 2, x.length - 1, ...Array.from({ length: 12 }, () => random.integer(x.length))];
      const dx = finiteDifferences((v) => along(dy)(norm(v, weights, epsilon)), x, some);
      expectClose(some ? some.map((at) => after.dx[at]! - before.dx[at]!) : after.dx, some ? dx : plus(dx, before.dx), 1e-4, 'dx');
      expectClose(after.dgain, plus(finiteDifferences((gain) => along(dy)(norm(x, { ...weights, gain }, epsilon)), weights.gain), before.dgain), 2e-5, 'dgain');
      if (before.dbias) expectClose(after.dbias, plus(Array.from(before.dbias, (_, j) => dy.reduce((sum, d, at) => (at % width === j ? sum + d : sum), 0)), before.dbias), 1e-5, 'dbias');
    });

    test.each(SIZES)('rows of %i equal numbers, and of zeros, stay finite', (width) => {
      const weights = weightsOf(width);
      for (const value of [0, 3, -1e4]) {
        const x = new Float32Array(2 * width).fill(value);
        const { y, moments } = raw.norm(x, weights, epsilon);
        expectClose(y, norm(x, weights, epsilon), 1e-5, `value ${value}`);
        const { dx } = raw.normBackward(floats(x.length), x, weights.gain, moments, { dx: new Float32Array(x.length), dgain: new Float32Array(width), ...(centred ? { dbias: new Float32Array(width) } : {}) });
        expect(dx.every((slope) => Number.isFinite(slope)), `value ${value}`).toBe(true);
      }
    });
  });
});

describeBuilds('embeddings', (raw) => {
  test.each(SIZES.flatMap((width) => [true, false].map((matched) => ({ width, matched }))))('of width $width, prompt matches: $matched', ({ width, matched }) => {
    const [rows, length] = [5, 7];
    const tables = { token: floats(11 * width), position: floats(12 * width), ...(matched ? { match: floats(4 * width) } : {}) };
    for (const first of [0, 4]) {
      const indices = {
        rows, length, first,
        tokens: Array.from({ length: rows * length }, () => random.integer(11)),
        ...(matched ? { matches: Array.from({ length: rows * length }, () => random.integer(4)) } : {}),
      };
      expectClose(raw.embed(tables, indices, width), embedding(tables, indices, width), 1e-6, 'x');
      if (first > 0) continue;
      const dx = floats(rows * length * width);
      const gradients = raw.embedBackward(dx, indices, tables, width);
      for (const name of ['token', 'position', 'match'] as const) {
        const table = tables[name];
        if (!table) continue;
        const slopes = finiteDifferences((values) => along(dx)(embedding({ ...tables, [name]: values }, indices, width)), table, width > 9 ? [0, width, table.length - 1] : undefined);
        const at = width > 9 ? [0, width, table.length - 1] : Array.from(table, (_, i) => i);
        expectClose(at.map((i) => gradients[name][i]!), at.map((i, j) => table[i]! + slopes[j]!), 1e-5, name);
      }
    }
  });
});

describeBuilds('log-probabilities', (raw) => {
  test.each(PAIRS)('[$rows, $width]: value and gradient', ({ rows, width }) => {
    const logits = floats(rows * width).map((value) => 5 * value);
    const targets = Array.from({ length: rows }, () => random.integer(width));
    const { values, probabilities } = raw.logProbability(logits, targets);
    const picked = (x: ArrayLike<number>): Float64Array => Float64Array.from(targets, (target, row) => logSoftmax(x, width)[row * width + target]!);
    expectClose(values, picked(logits), 1e-6, 'values');
    expectClose(probabilities, map(logSoftmax(logits, width), Math.exp), 1e-6, 'probabilities');
    const dy = floats(rows);
    const d = raw.logProbabilityBackward(dy, probabilities, targets);
    const some = rows * width <= 80 ? undefined : [0, 1, width, d.length - width, d.length - 1];
    expectClose(some ? some.map((at) => d[at]!) : d, finiteDifferences((x) => along(dy)(picked(x)), logits, some), 1e-5, 'gradient');
    if (some) expectClose(d, map(logSoftmax(logits, width), (value, at) => dy[Math.floor(at / width)]! * ((targets[Math.floor(at / width)] === at % width ? 1 : 0) - Math.exp(value))), 1e-5, 'gradient');
  });

  test.each([
    { name: 'forbidden tokens', row: [-1e9, -1e9, 0.5, -0.25, 2] },
    { name: 'a certain token', row: [80, -80, -80, 0, 1] },
    { name: 'all far below zero', row: [-80, -81, -79.5, -80, -100] },
    { name: 'all far above', row: [1e9, 1e9, -1e9, 0, 80] },
    { name: 'forbidden ones in every lane', row: [-1e9, 1, -1e9, -1e9, -1e9, -1e9, 3, -1e9, -1e9] },
    { name: 'only forbidden ones', row: [-1e9, -1e9, -1e9] },
  ])('$name', ({ row }) => {
    for (let target = 0; target < row.length; target += 1) {
      const { values, probabilities } = raw.logProbability(row, [target]);
      const expected = logSoftmax(row, row.length);
      expectClose(values, [expected[target]!], 1e-6, `target ${target}`);
      expectClose(probabilities, map(expected, Math.exp), 1e-6, 'probabilities');
      const d = raw.logProbabilityBackward([1], probabilities, [target]);
      expectClose(d, map(expected, (value, i) => (i === target ? 1 : 0) - Math.exp(value)), 1e-6, 'gradient');
    }
  });
});

describeBuilds('choosing rows', (raw) => {
  test.each(SIZES.flatMap((width) => [0, 3].map((more) => ({ width, stride: width + more }))))('$width words of rows of $stride, and back', ({ width, stride }) => {
    const from = floats(6 * stride);
    const index = [4, 0, 5, 2];
    const gathered = raw.gather(from, index, stride, width);
    expect([...gathered]).toEqual(index.flatMap((row) => [...from.subarray(row * stride, row * stride + width)]));
    const into = floats(6 * stride);
    const expected = Float32Array.from(into);
    for (const row of index) expected.set(from.subarray(row * stride, row * stride + width), row * stride);
    expect(raw.scatter(gathered, index, stride, into)).toEqual(expected);
  });
});
