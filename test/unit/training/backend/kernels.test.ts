/** Our kernels in place of TensorFlow.js' stock ones, against its cpu backend. */
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { stream } from '../models';
import { expectSame, randomFloats, startBoth, withGradients } from './bothBackends';

const ODD_SIZES = [1, 3, 9, 33];
const PAIRS = ODD_SIZES.flatMap((rows) => ODD_SIZES.map((columns) => ({ rows, columns })));
const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const tensor = (purpose: string, shape: number[]): tf.Tensor => tf.tensor(randomFloats(purpose, size(shape)), shape);

beforeAll(startBoth);

describe('permutes and sums', () => {
  test.each(PAIRS)('transpose [$rows, $columns]', async ({ rows, columns }) => {
    await expectSame(() => withGradients((x) => tf.transpose(x), [tensor('x', [rows, columns])]), 0);
  });

  test.each(PAIRS)('sum over the rows of [$rows, $columns], with and without keeping them', async ({ rows, columns }) => {
    const x = (): tf.Tensor => tensor('x', [rows, columns]);
    await expectSame(() => [...withGradients((a) => tf.sum(a, 0), [x()]), tf.sum(x(), 0, true)]);
  });

  test.each([
    { name: 'all', axis: undefined },
    { name: 'columns', axis: 1 },
    { name: 'both axes', axis: [0, 1] },
    { name: 'last', axis: -1 },
    { name: 'first, counted from behind', axis: -2 },
    { name: 'first of three', axis: 0, shape: [3, 3, 1] },
  ])('sums over other axes still go to the stock kernel: $name', async ({ axis, shape }) => {
    await expectSame(() => tf.sum(tensor('x', shape ?? [3, 3]), axis));
  });

  test.each([
    { name: 'identity of two axes', shape: [3, 9], perm: [0, 1] },
    { name: 'four axes', shape: [3, 1, 9, 2], perm: [0, 2, 1, 3] },
    { name: 'three axes', shape: [3, 9, 2], perm: [2, 0, 1] },
    { name: 'three axes, the first two exchanged', shape: [3, 9, 2], perm: [1, 0, 2] },
  ])('other permutes still go to the stock kernel: $name', async ({ shape, perm }) => {
    await expectSame(() => tf.transpose(tensor('x', shape), perm), 0);
  });

  test('integers are transposed and summed as before', async () => {
    await expectSame(() => [tf.transpose(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3], 'int32')), tf.sum(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3], 'int32'), 0)], 0);
  });
});

describe('gathering', () => {
  test.each(PAIRS)('segment sums of [$rows, $columns]', async ({ rows, columns }) => {
    const random = stream('ids');
    const ids = Int32Array.from({ length: rows }, () => random.integer(5));
    await expectSame(() => tf.unsortedSegmentSum(tensor('x', [rows, columns]), tf.tensor1d(ids, 'int32'), 4));
  });

  test.each([
    { name: 'one axis', shape: [7], ids: [0, 2, 2, 1, 0, 6, 2] },
    { name: 'three axes', shape: [4, 3, 5], ids: [1, 1, 0, 1] },
  ])('segment sums of $name', async ({ shape, ids }) => {
    await expectSame(() => tf.unsortedSegmentSum(tensor('x', shape), tf.tensor1d(ids, 'int32'), 3));
  });

  test('the gradient of a gather, rows asked for again and again', async () => {
    await expectSame(() => withGradients((table) => tf.gather(table, tf.tensor1d([4, 0, 4, 4, 2], 'int32')), [tensor('table', [5, 9])]));
  });

  test('of integers has no stock kernel to go to, which is said', async () => {
    await startBackend('wasm');
    expect(() => tf.unsortedSegmentSum(tf.tensor1d([1, 2], 'int32'), tf.tensor1d([0, 1], 'int32'), 2)).toThrow('The wasm backend has no UnsortedSegmentSum of its own');
  });
});

test('a clone shares the buffer and both can be disposed in either order', async () => {
  await startBackend('wasm');
  const before = tf.memory().numDataBuffers;
  for (const firstGone of [0, 1]) {
    const x = tf.tensor1d([1, 2, 3]);
    const pair = [x, tf.clone(x)];
    expect(tf.memory().numDataBuffers).toBe(before + 1);
    pair[firstGone]!.dispose();
    expect([...pair[1 - firstGone]!.dataSync()]).toEqual([1, 2, 3]);
    pair[1 - firstGone]!.dispose();
  }
  expect(tf.memory().numDataBuffers).toBe(before);
});

const TRANSPOSITIONS = [false, true].flatMap((transposeA) => [false, true].map((transposeB) => ({ transposeA, transposeB })));
const SHAPES = [
  { batch: [], rows: 1, inner: 1, columns: 1 },
  { batch: [], rows: 3, inner: 9, columns: 33 },
  { batch: [], rows: 33, inner: 3, columns: 1 },
  { batch: [], rows: 9, inner: 100, columns: 17 },
  { batch: [1], rows: 5, inner: 7, columns: 3 },
  { batch: [3], rows: 9, inner: 5, columns: 9 },
  { batch: [3], rows: 1, inner: 100, columns: 10 },
  { batch: [2, 3], rows: 4, inner: 3, columns: 13 },
];

describe.each(TRANSPOSITIONS)('products, left transposed: $transposeA, right transposed: $transposeB', ({ transposeA, transposeB }) => {
  const operands = ({ batch, rows, inner, columns }: (typeof SHAPES)[number]): [tf.Tensor, tf.Tensor] => [
    tensor('a', [...batch, ...(transposeA ? [inner, rows] : [rows, inner])]),
    tensor('b', [...batch, ...(transposeB ? [columns, inner] : [inner, columns])]),
  ];

  test.each(SHAPES)('batch $batch, [$rows, $inner] · [$inner, $columns], with gradients', async (shape) => {
    await expectSame(() => withGradients((a, b) => tf.matMul(a, b, transposeA, transposeB), operands(shape)));
  });

  test.each(SHAPES.filter(({ batch }) => batch.length < 2))('with a bias: batch $batch, [$rows, $inner] · [$inner, $columns]', async (shape) => {
    await expectSame(() => {
      const [a, b] = operands(shape);
      return [tf.fused.matMul({ a, b, transposeA, transposeB, bias: tensor('bias', [shape.columns]) }), tf.fused.matMul({ a, b, transposeA, transposeB })];
    });
  });

  test('a bias is added once, however long the inner dimension', async () => {
    await startBackend('wasm');
    const a = tf.ones(transposeA ? [100, 4] : [4, 100]);
    const b = tf.ones(transposeB ? [3, 100] : [100, 3]);
    const values = tf.fused.matMul({ a, b, transposeA, transposeB, bias: tf.fill([3], 10) }).dataSync();
    expect([...values]).toEqual(new Array(12).fill(110));
  });
});

describe('products that stay with the stock kernel', () => {
  test.each([
    { name: 'one left for all right', a: [1, 3, 4], b: [5, 4, 2] },
    { name: 'both batches broadcast', a: [2, 1, 3, 4], b: [1, 5, 4, 2] },
  ])('$name', async ({ a, b }) => {
    await expectSame(() => tf.matMul(tensor('a', a), tensor('b', b)));
  });

  test('an activation', async () => {
    await expectSame(() => tf.fused.matMul({ a: tensor('a', [3, 9]), b: tensor('b', [9, 5]), bias: tensor('bias', [5]), activation: 'relu' }));
  });

  test('a bias that is no row is refused as before, not taken for one', async () => {
    await startBackend('wasm');
    expect(() => tf.fused.matMul({ a: tf.ones([3, 3]), b: tf.ones([3, 3]), bias: tf.tensor2d([[1], [2], [3]]) })).toThrow('rank-1 bias');
  });
});
