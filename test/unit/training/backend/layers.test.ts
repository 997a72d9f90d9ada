/** Our own layer kernels against plain operations on cpu, with gradients; and the optimiser's step against the optimiser. */
import { beforeAll, describe, expect, test } from 'vitest';
import { hasFused, runFused } from '../../../../src/training/backend/fused';
import type { AdamAttributes } from '../../../../src/training/backend/layerKernels';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { ADAM_DEFAULTS, type AdamState } from '../../../../src/training/optimiser/adam';
import { FlatAdam } from '../../../../src/training/optimiser/flatAdam';
import { FusedAdam } from '../../../../src/training/optimiser/fusedAdam';
import { linear, linearActivated } from '../../../../src/training/policy/linear';
import { responseLogProbability } from '../../../../src/training/policy/responseLogProbability';
import type { TransformerWeights } from '../../../../src/training/policy/weights';
import { stream } from '../models';
import { expectSame, randomFloats, startBoth, withGradients } from './bothBackends';
import { expectClose } from './closeness';

const ODD_SIZES = [1, 3, 9, 33];
const PAIRS = ODD_SIZES.flatMap((rows) => ODD_SIZES.map((columns) => ({ rows, columns })));
const tensor = (purpose: string, shape: number[]): tf.Tensor => tf.tensor(randomFloats(purpose, shape.reduce((a, b) => a * b, 1)), shape);

beforeAll(startBoth);

test('they are there on wasm and only there', async () => {
  await startBackend('wasm');
  expect(hasFused('Linear') && hasFused('ResponseLogProbability') && hasFused('AdamStep')).toBe(true);
  await startBackend('cpu');
  expect(hasFused('Linear') || hasFused('ResponseLogProbability') || hasFused('AdamStep')).toBe(false);
});

describe.each(ODD_SIZES)('linear layers with %i inputs', (inner) => {
  test.each(PAIRS)('[$rows, inputs] · [inputs, $columns]', async ({ rows, columns }) => {
    const inputs = (): [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D] => [tensor('x', [rows, inner]), tensor('w', [inner, columns]), tensor('bias', [columns])] as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
    await expectSame(() => withGradients((x, w, bias) => linear(x as tf.Tensor2D, w as tf.Tensor2D, bias as tf.Tensor1D), inputs()));
    await expectSame(() => withGradients((x, w) => linear(x as tf.Tensor2D, w as tf.Tensor2D), inputs().slice(0, 2)));
    for (const activation of ['relu', 'gelu'] as const) {
      await expectSame(() => withGradients((x, w, bias) => linearActivated(activation, x as tf.Tensor2D, w as tf.Tensor2D, bias as tf.Tensor1D), inputs()), 2e-5);
    }
  });
});

// TensorFlow.js has no one-hot of depth one to compare with.
describe.each(PAIRS.filter(({ columns }) => columns > 1))('log-probability of responses, $rows rows and a vocabulary of $columns', ({ rows, columns }) => {
  const random = stream('targets');
  const length = 7;
  const targets = Int32Array.from({ length: rows * length }, () => random.integer(columns));
  test.each([
    { name: 'all positions count', counts: () => 1, forbidden: [] },
    { name: 'some count', counts: () => random.integer(2), forbidden: [] },
    { name: 'none counts', counts: () => 0, forbidden: [] },
    { name: 'a token is forbidden', counts: (at: number) => Number(targets[at] !== 1), forbidden: [1] },
  ])('$name', async ({ counts, forbidden }) => {
    const mask = Float32Array.from({ length: rows * length }, (_, at) => counts(at));
    const bias = Float32Array.from({ length: columns }, (_, token) => (forbidden.includes(token) ? -1e9 : 0));
    const width = 5;
    await expectSame(() => {
      const head = { logitBias: tf.tensor1d(bias), targets: tf.tensor1d(targets, 'int32'), mask: tf.tensor2d(mask, [rows, length]) };
      return withGradients((hidden, unembedding) => responseLogProbability(hidden as tf.Tensor2D, { ...head, unembedding: unembedding as tf.Tensor2D }), [tensor('hidden', [rows * length, width]), tensor('unembedding', [width, columns])]);
    }, 3e-5);
  });
});

describe('a step of Adam', () => {
  const SHAPES = [[1], [3, 3], [33], [9, 65]];
  const none = SHAPES.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const start = (): AdamState => ({ steps: 0, first: new Float32Array(none), second: new Float32Array(none) });
  const weightsOf = (): TransformerWeights => Object.fromEntries(SHAPES.map((shape, i) => [`w${i}`, tf.tidy(() => tf.variable(tensor(`w${i}`, shape)))]));
  const flat = (weights: TransformerWeights): number[] => Object.values(weights).flatMap((weight) => [...weight.dataSync()]);

  test.each([
    { name: 'plain', settings: { clipNorm: Infinity, warmUpSteps: 1 } },
    { name: 'clipped', settings: { clipNorm: 0.5, warmUpSteps: 1 } },
    { name: 'warming up, with decay', settings: { warmUpSteps: 20, weightDecay: 0.1 } },
    { name: 'one weight without a gradient', settings: { warmUpSteps: 1, weightDecay: 0.1 }, still: 'w2' },
  ])('$name: 50 of them by one kernel are those of the loop in JavaScript', async ({ settings, still }) => {
    await startBackend('wasm');
    const before = tf.memory();
    const [byKernel, byLoop] = [weightsOf(), weightsOf()];
    const fused = new FusedAdam(byKernel, { ...ADAM_DEFAULTS, ...settings }, start());
    const plain = new FlatAdam(byLoop, { ...ADAM_DEFAULTS, ...settings }, start());
    for (let step = 1; step <= 50; step += 1) {
      const gradients = Object.fromEntries(SHAPES.flatMap((shape, i) => (`w${i}` === still ? [] : [[`w${i}`, tensor(`g${i} of step ${step}`, shape)]])));
      expectClose([fused.step(gradients, 0.01)], [plain.step(gradients, 0.01)], 1e-5, `norm at step ${step}`);
      tf.dispose(gradients);
    }
    expectClose(flat(byKernel), flat(byLoop), 1e-5, 'weights');
    expect(fused.state().steps).toBe(plain.state().steps);
    expectClose(fused.state().first, plain.state().first, 5e-6, 'first moments');
    expectClose(fused.state().second, plain.state().second, 5e-6, 'second moments');
    fused.dispose();
    tf.dispose([byKernel, byLoop]);
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes, numDataBuffers: before.numDataBuffers });
  });

  test('makes new buffers: whoever shares the old ones keeps the old values', async () => {
    await startBackend('wasm');
    const w = tf.tensor1d([1, 2, 3]);
    const shared = tf.clone(w);
    const zeros = (): tf.Tensor => tf.zeros([3]);
    const [norm, updated] = runFused('AdamStep', { w0: w, g0: tf.tensor1d([3, 0, 4]), m0: zeros(), v0: zeros() }, { weights: 1, clipNorm: 1, beta1: 0.9, beta2: 0.99, rate: 0.1, epsilon: 1e-8, decay: 0 } satisfies AdamAttributes);
    expect(norm!.dataSync()[0]).toBe(5);
    expect([...shared.dataSync()]).toEqual([1, 2, 3]);
    expect([...updated!.dataSync()]).not.toEqual([1, 2, 3]);
  });

  test.each([[Number.NaN], [Infinity]])('a gradient of %s shows in the norm', async (bad) => {
    await startBackend('wasm');
    const one = (...values: number[]): tf.Tensor => tf.tensor1d(values);
    const [norm] = runFused('AdamStep', { w0: one(1, 1), g0: one(0.5, bad), m0: one(0, 0), v0: one(0, 0) }, { weights: 1, clipNorm: 1, beta1: 0.9, beta2: 0.99, rate: 0.1, epsilon: 1e-8, decay: 0 } satisfies AdamAttributes);
    expect(Number.isFinite(norm!.dataSync()[0])).toBe(false);
  });
});
