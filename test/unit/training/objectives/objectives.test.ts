import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { bradleyTerryLoss } from '../../../../src/training/objectives/bradleyTerry';
import { languageModelLoss } from '../../../../src/training/objectives/languageModel';
import { END, PAD, SEPARATOR } from '../../../../src/training/rows';
import { maskOf } from '../models';

beforeAll(async () => {
  await startBackend('wasm');
});

test.each([
  { chosen: [0], rejected: [0], loss: Math.log(2) },
  { chosen: [1], rejected: [0], loss: Math.log(1 + Math.exp(-1)) },
  { chosen: [0, 3], rejected: [2, 1], loss: (Math.log(1 + Math.exp(2)) + Math.log(1 + Math.exp(-2))) / 2 },
  { chosen: [-500], rejected: [500], loss: 1000 },
  { chosen: [500], rejected: [-500], loss: 0 },
])('Bradley–Terry of $chosen over $rejected is $loss', ({ chosen, rejected, loss }) => {
  expect(value(bradleyTerryLoss(tf.tensor1d(chosen), tf.tensor1d(rejected)))).toBeCloseTo(loss, 5);
});

test.each([
  { margin: 0, gradient: -0.5 },
  { margin: 2, gradient: -1 / (1 + Math.exp(2)) },
  { margin: -2, gradient: -1 / (1 + Math.exp(-2)) },
])('the gradient of Bradley–Terry at margin $margin is σ(margin) − 1', ({ margin, gradient }) => {
  const slope = tf.grad((scores: tf.Tensor) => bradleyTerryLoss(scores as tf.Tensor1D, tf.tensor1d([0])))(tf.tensor1d([margin]));
  expect(slope.dataSync()[0]).toBeCloseTo(gradient, 5);
});

const batch = { rows: 2, promptLength: 1, responseLength: 3, tokens: Int32Array.from([3, SEPARATOR, 4, END, PAD, 3, SEPARATOR, 4, 4, 4]) };

test.each([
  { per: 'token', loss: 5 / 5 }, // 4 END and 4 4 4: five tokens
  { per: 'sequence', loss: 5 / 2 },
] as const)('the language-model loss per $per is $loss', ({ per, loss }) => {
  expect(value(languageModelLoss(tf.tensor1d([-2, -3]), maskOf(batch), per))).toBeCloseTo(loss, 6);
});

const value = (scalar: tf.Scalar): number => scalar.dataSync()[0]!;
