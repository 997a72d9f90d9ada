import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { withoutOverrides } from '../../../../src/training/backend/wasm';
import { linear, linearActivated } from '../../../../src/training/policy/linear';
import { stream } from '../models';

beforeAll(async () => {
  await startBackend('wasm');
});

/** Inner dimensions above 48 are where the stock fused kernel goes wrong. */
const SHAPES = [1, 3, 33, 100].flatMap((inner) => [1, 9].flatMap((rows) => [1, 3, 50].map((columns) => ({ rows, inner, columns }))));
const random = stream('linear');
const matrix = (rows: number, columns: number): number[][] => Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()));

const transposed = (a: number[][]): number[][] => a[0]!.map((_, j) => a.map((row) => row[j]!));
const product = (a: number[][], b: number[][]): number[][] => a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));

function expectMatrix(tensor: tf.Tensor, expected: number[][]): void {
  const flat = expected.flat();
  [...tensor.dataSync()].forEach((value, i) => expect(value).toBeCloseTo(flat[i]!, 3));
}

describe.each(SHAPES)('[$rows, $inner] · [$inner, $columns]', ({ rows, inner, columns }) => {
  const [x, w, dy] = [matrix(rows, inner), matrix(inner, columns), matrix(rows, columns)];
  const bias = matrix(1, columns)[0]!;

  test('value and gradients of the linear layer', () => {
    const { value, grads } = tf.valueAndGrads((a, b) => linear(a as tf.Tensor2D, b as tf.Tensor2D))([tf.tensor2d(x), tf.tensor2d(w)], tf.tensor2d(dy));
    expectMatrix(value, product(x, w));
    expectMatrix(grads[0]!, product(dy, transposed(w)));
    expectMatrix(grads[1]!, product(transposed(x), dy));
  });

  test('value and gradients with bias and ReLU', () => {
    const sums = product(x, w).map((row) => row.map((value, j) => value + bias[j]!));
    const passed = dy.map((row, i) => row.map((value, j) => (sums[i]![j]! > 0 ? value : 0)));
    const { value, grads } = tf.valueAndGrads((a, b, c) => linearActivated('relu', a as tf.Tensor2D, b as tf.Tensor2D, c as tf.Tensor1D))([tf.tensor2d(x), tf.tensor2d(w), tf.tensor1d(bias)], tf.tensor2d(dy));
    expectMatrix(value, sums.map((row) => row.map((sum) => Math.max(0, sum))));
    expectMatrix(grads[0]!, product(passed, transposed(w)));
    expectMatrix(grads[1]!, product(transposed(x), passed));
    expectMatrix(grads[2]!, [bias.map((_, j) => passed.reduce((sum, row) => sum + row[j]!, 0))]);
  });
});

describe('why the fused product of TensorFlow.js is not used', () => {
  const fused = (inner: number, transposeB: boolean): number => {
    const b = tf.ones(transposeB ? [3, inner] : [inner, 3]);
    return tf.fused.matMul({ a: tf.ones([4, inner]), b, transposeB, bias: tf.fill([3], 10) }).dataSync()[0]!;
  };

  test.each([
    { inner: 40, transposeB: true, right: 50 },
    { inner: 100, transposeB: false, right: 110 },
    { inner: 100, transposeB: true, right: 110 },
  ])('ours in its place is right at $inner inner columns, transposed: $transposeB', ({ inner, transposeB, right }) => {
    expect(fused(inner, transposeB)).toBe(right);
    expect(tf.add(linear(tf.ones([4, 100]), tf.transpose(tf.ones([3, 100]))), tf.fill([3], 10)).dataSync()[0]).toBe(110);
  });

  test('the stock one adds the bias once per 48 inner columns as soon as it transposes; should this fail, the detour can go', async () => {
    withoutOverrides();
    expect(fused(40, true)).toBe(50);
    expect(fused(100, false)).toBe(110);
    expect(fused(100, true)).toBe(100 + 3 * 10);
    // Without our kernels the layer does without the fused product.
    const w = tf.transpose<tf.Tensor2D>(tf.ones([3, 100]));
    expect(linear(tf.ones([4, 100]), w, tf.fill([3], 10)).dataSync()[0]).toBe(110);
    await startBackend('wasm');
  });

  test('one-hot rows of floats hold integer bits on wasm; should this fail, the cast can go', () => {
    expect([...tf.oneHot(tf.tensor1d([1], 'int32'), 3, 1, 0, 'float32').dataSync()]).not.toEqual([0, 1, 0]);
  });
});
