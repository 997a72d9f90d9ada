import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { preferenceLoss } from '../../../../src/training/objectives/registry';
import { adamFromState, createAdam } from '../../../../src/training/optimiser/adam';
import type { AdamSettings } from '../../../../src/training/optimiser/adam';
import { gradientStep } from '../../../../src/training/optimiser/gradientStep';
import { sampleResponses } from '../../../../src/training/policy/sampler';
import { createWeights, digestWeights, weightsFromBuffers, weightsToBuffers } from '../../../../src/training/policy/weights';
import type { TransformerWeights } from '../../../../src/training/policy/weights';
import { RandomStream } from '../../../../src/core/random';
import { TINY, halves, randomRows, stream } from '../models';

beforeAll(async () => {
  await startBackend('wasm');
});

const PLAIN: Partial<AdamSettings> = { clipNorm: Infinity, warmUpSteps: 1 };
const single = (...values: number[]): TransformerWeights => ({ w: tf.variable(tf.tensor1d(values)) });
const apply = (adam: ReturnType<typeof createAdam>, gradient: number[], rate: number): number => adam.step({ w: tf.tensor1d(gradient) }, rate);

describe('one step', () => {
  test.each([
    { name: 'moves by the learning rate against the sign', settings: PLAIN, gradient: [0.5, -2], rate: 0.1, moved: [-0.1, 0.1] },
    { name: 'is a twentieth of it at the first of twenty warm-up steps', settings: { clipNorm: Infinity }, gradient: [0.5, -2], rate: 0.1, moved: [-0.005, 0.005] },
    { name: 'leaves a weight without gradient alone', settings: PLAIN, gradient: [0, 1], rate: 0.1, moved: [0, -0.1] },
    { name: 'decays towards zero, apart from the gradient', settings: { ...PLAIN, weightDecay: 0.5 }, gradient: [0, 0], rate: 0.1, moved: [-0.05, -0.1] },
  ])('$name', ({ settings, gradient, rate, moved }) => {
    const weights = single(1, 2);
    apply(createAdam(weights, settings), gradient, rate);
    [...weights.w!.dataSync()].forEach((value, i) => expect(value - [1, 2][i]!).toBeCloseTo(moved[i]!, 5));
  });

  test('answers the norm before clipping, and clips to it', () => {
    const clipped = createAdam(single(0, 0), { warmUpSteps: 1, clipNorm: 1 });
    expect(apply(clipped, [3, 4], 0.1)).toBeCloseTo(5, 6);
    expect(Array.from(clipped.state().first)).toEqual([expect.closeTo(0.06, 6), expect.closeTo(0.08, 6)]);
  });

  test.each([[Number.NaN], [Infinity]])('refuses a gradient of %s and says what to try, the weights untouched', (bad) => {
    const weights = single(1, 2);
    const adam = createAdam(weights);
    expect(() => apply(adam, [1, bad], 0.1)).toThrow('The gradient is not finite: the run diverged. Try a smaller learning rate');
    expect([...weights.w!.dataSync()]).toEqual([1, 2]);
    expect(adam.state().steps).toBe(0);
  });
});

test('several steps follow the published recursion', () => {
  const weights = single(1);
  const adam = createAdam(weights, PLAIN);
  let [value, m, v] = [1, 0, 0];
  [0.3, -0.2, 0.7, 0.01].forEach((g, i) => {
    apply(adam, [g], 0.05);
    m = 0.9 * m + 0.1 * g;
    v = 0.99 * v + 0.01 * g * g;
    value -= (0.05 * (m / (1 - 0.9 ** (i + 1)))) / (Math.sqrt(v / (1 - 0.99 ** (i + 1))) + 1e-8);
    expect(weights.w!.dataSync()[0]).toBeCloseTo(value, 5);
  });
});

function train(weights: TransformerWeights, adam: ReturnType<typeof createAdam>, noise: RandomStream, steps: number): void {
  const prompts = randomRows(TINY, 8, stream('prompts'));
  for (let step = 0; step < steps; step += 1) {
    const rows = sampleResponses(weights, TINY, prompts, noise);
    gradientStep(() => preferenceLoss('ipo', halves(weights, TINY, rows), 0.1), weights, adam, 1e-2);
  }
}

test('restored weights, moments and noise go on bit for bit as if nothing had happened', () => {
  const through = createWeights(TINY, stream('weights'));
  const adam = createAdam(through);
  const noise = stream('noise');
  train(through, adam, noise, 10);
  const stored = { weights: weightsToBuffers(through), adam: adam.state(), noise: noise.state() };
  train(through, adam, noise, 10);
  const resumed = weightsFromBuffers(TINY, stored.weights);
  train(resumed, adamFromState(resumed, stored.adam), RandomStream.fromState(stored.noise), 10);
  expect(digestWeights(resumed)).toBe(digestWeights(through));
});

test('a state does not change behind the back of whoever took it', () => {
  const weights = single(1, 2);
  const adam = createAdam(weights);
  apply(adam, [1, 1], 0.1);
  const state = adam.state();
  const kept = Array.from(state.first);
  apply(adamFromState(weights, state), [1, 1], 0.1);
  apply(adam, [1, 1], 0.1);
  expect(Array.from(state.first)).toEqual(kept);
});

test('a state of another model is refused', () => {
  expect(() => adamFromState(single(1, 2), createAdam(single(1, 2, 3)).state())).toThrow('state is for 3 parameters, the model has 2');
});

test('500 online steps leave no tensor and no byte behind', () => {
  const weights = createWeights(TINY, stream('weights'));
  const adam = createAdam(weights);
  const noise = stream('noise');
  train(weights, adam, noise, 5);
  const before = tf.memory();
  train(weights, adam, noise, 500);
  const after = tf.memory();
  expect({ tensors: after.numTensors, bytes: after.numBytes, buffers: after.numDataBuffers }).toEqual({ tensors: before.numTensors, bytes: before.numBytes, buffers: before.numDataBuffers });
}, 120_000);
