/** Our kernels on the wasm heap against TensorFlow.js' own operations on cpu, over odd shapes. */
import { beforeAll, describe, expect, test } from 'vitest';
import { hasFused } from '../../../../src/training/backend/fused';
import { installOverrides } from '../../../../src/training/backend/overrides';
import { startBackend } from '../../../../src/training/backend/start';
import { OVERRIDDEN_VERSION, tf } from '../../../../src/training/backend/tensorflow';
import { causalAttention, plainCausalAttention } from '../../../../src/training/policy/attention';
import { rmsNorm } from '../../../../src/training/policy/norm';
import { plainTokenLogProbability, tokenLogProbability } from '../../../../src/training/policy/tokenLogProbability';
import { withoutOverrides } from '../../../../src/training/backend/wasm';
import { stream } from '../models';

const ODD_SIZES = [1, 3, 9, 33];
const PAIRS = ODD_SIZES.flatMap((rows) => ODD_SIZES.map((columns) => ({ rows, columns })));
const random = stream('kernels');
const floats = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.normal());

/** The same computation on both backends. */
async function both(compute: () => tf.Tensor | tf.Tensor[]): Promise<{ cpu: Float32Array; wasm: Float32Array }> {
  const on = async (backend: 'cpu' | 'wasm'): Promise<Float32Array> => {
    await tf.setBackend(backend); // started, tested and with our kernels since beforeAll
    const outputs = tf.tidy(() => [compute()].flat().map((tensor) => [...tensor.dataSync()]));
    return Float32Array.from(outputs.flat());
  };
  return { cpu: await on('cpu'), wasm: await on('wasm') };
}

function expectClose(values: Float32Array, expected: Float32Array, tolerance = 1e-5): void {
  expect(values.length).toBe(expected.length);
  values.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected[i]!))));
}

beforeAll(async () => {
  await startBackend('cpu');
  await startBackend('wasm');
});

describe('in place of stock kernels', () => {
  test.each(PAIRS)('transpose [$rows, $columns]', async ({ rows, columns }) => {
    const x = floats(rows * columns);
    const { cpu, wasm } = await both(() => tf.transpose(tf.tensor2d(x, [rows, columns])));
    expect(wasm).toEqual(cpu);
  });

  test.each(PAIRS)('sum over the rows of [$rows, $columns], with and without keeping them', async ({ rows, columns }) => {
    const x = floats(rows * columns);
    const { cpu, wasm } = await both(() => [tf.sum(tf.tensor2d(x, [rows, columns]), 0), tf.sum(tf.tensor2d(x, [rows, columns]), 0, true)]);
    expectClose(wasm, cpu);
  });

  test.each([
    { name: 'all', axis: undefined },
    { name: 'columns', axis: 1 },
    { name: 'both axes', axis: [0, 1] },
    { name: 'last', axis: -1 },
    { name: 'first of three', axis: 0, shape: [3, 3, 1] },
  ])('sums over other axes still go to the stock kernel: $name', async ({ axis, shape }) => {
    const x = floats(9);
    const { cpu, wasm } = await both(() => tf.sum(tf.tensor(x, shape ?? [3, 3]), axis));
    expectClose(wasm, cpu);
  });

  test.each([
    { name: 'identity of two axes', shape: [3, 9], perm: [0, 1] },
    { name: 'four axes', shape: [3, 1, 9, 2], perm: [0, 2, 1, 3] },
    { name: 'three axes', shape: [3, 9, 2], perm: [2, 0, 1] },
  ])('other permutes still go to the stock kernel: $name', async ({ shape, perm }) => {
    const x = floats(shape.reduce((a, b) => a * b, 1));
    const { cpu, wasm } = await both(() => tf.transpose(tf.tensor(x, shape), perm));
    expect(wasm).toEqual(cpu);
  });

  test('integers are transposed and summed as before', async () => {
    const { cpu, wasm } = await both(() => [tf.transpose(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3], 'int32')), tf.sum(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3], 'int32'), 0)]);
    expect(wasm).toEqual(cpu);
  });

  test.each(PAIRS)('segment sums of [$rows, $columns]', async ({ rows, columns }) => {
    const x = floats(rows * columns);
    const ids = Int32Array.from({ length: rows }, () => random.integer(5));
    const { cpu, wasm } = await both(() => tf.unsortedSegmentSum(tf.tensor2d(x, [rows, columns]), tf.tensor1d(ids, 'int32'), 4));
    expectClose(wasm, cpu);
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
});

describe('layers of our own, value and gradients', () => {
  const gradients = (f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] => {
    const value = f(...inputs);
    const weights = tf.tensor(Float32Array.from({ length: value.size }, (_, i) => Math.sin(i)), value.shape);
    return [value, ...tf.grads((...xs) => tf.sum(tf.mul(f(...xs), weights)))(inputs)];
  };

  test.each(PAIRS)('RMSNorm of [$rows, $columns]', async ({ rows, columns }) => {
    const [x, gain] = [floats(rows * columns), floats(columns)];
    const run = (norm: typeof rmsNorm) => both(() => gradients((a, b) => norm(a as tf.Tensor2D, b as tf.Tensor1D), [tf.tensor2d(x, [rows, columns]), tf.tensor1d(gain)]));
    expectClose((await run(rmsNorm)).wasm, (await run(rmsNorm)).cpu, 3e-5);
  });

  // TensorFlow.js has no one-hot of depth one to compare with.
  test.each(PAIRS.filter(({ columns }) => columns > 1))('log-probability of [$rows, $columns]', async ({ rows, columns }) => {
    const logits = floats(rows * columns).map((value) => 5 * value);
    const targets = Int32Array.from({ length: rows }, () => random.integer(columns));
    const run = (f: typeof tokenLogProbability) => both(() => gradients((a) => f(a as tf.Tensor2D, tf.tensor1d(targets, 'int32')), [tf.tensor2d(logits, [rows, columns])]));
    expectClose((await run(tokenLogProbability)).wasm, (await run(plainTokenLogProbability)).cpu, 2e-5);
  });

  test.each([
    { rows: 1, keys: 1, queries: 1, heads: 1, depth: 1 },
    { rows: 3, keys: 9, queries: 9, heads: 1, depth: 3 },
    { rows: 2, keys: 9, queries: 3, heads: 3, depth: 9 },
    { rows: 9, keys: 33, queries: 33, heads: 2, depth: 4 },
    { rows: 1, keys: 33, queries: 1, heads: 3, depth: 33 },
  ])('attention of $rows rows, $queries of $keys positions, $heads heads of $depth', async ({ depth, ...shape }) => {
    const size = [shape.rows * shape.keys, 3 * shape.heads * depth] as [number, number];
    const qkv = floats(size[0] * size[1]);
    const run = (f: typeof causalAttention) => both(() => gradients((a) => f(a as tf.Tensor2D, shape), [tf.tensor2d(qkv, size)]));
    expectClose((await run(causalAttention)).wasm, (await run(plainCausalAttention)).cpu, 2e-5);
  });
});

describe('installing', () => {
  test('only on the release that the kernels were checked against', async () => {
    await startBackend('wasm');
    expect(tf.version_core).toBe(OVERRIDDEN_VERSION);
    expect(installOverrides('4.23.0')).toBeUndefined();
    await startBackend('cpu');
    expect(installOverrides()).toBeUndefined();
  });

  test('can be undone: the stock kernels are back, and starting again installs ours again', async () => {
    await startBackend('wasm');
    const own = tf.getKernel('Transpose', 'wasm');
    expect(hasFused('RmsNorm')).toBe(true);
    withoutOverrides();
    expect(hasFused('RmsNorm')).toBe(false);
    expect(tf.getKernel('UnsortedSegmentSum', 'wasm')).toBeUndefined();
    expect(tf.getKernel('Transpose', 'wasm')).not.toBe(own);
    const { kernels } = await startBackend('wasm');
    expect(kernels).toContain('own');
    expect(hasFused('RmsNorm')).toBe(true);
  });
});
