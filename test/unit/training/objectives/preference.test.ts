/** The objectives of the policy: worked out by hand, against finite differences, and against the algorithms that they stand for. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Objective } from '../../../../src/core/experiment/schema';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { bestOf2Loss } from '../../../../src/training/objectives/bestOf2';
import { onPolicyKlLoss } from '../../../../src/training/objectives/onPolicyKl';
import { preferenceLoss, type ContrastiveObjective } from '../../../../src/training/objectives/registry';
import { rlooLoss } from '../../../../src/training/objectives/rloo';
import { stream } from '../models';

const value = (scalar: tf.Scalar): number => scalar.dataSync()[0] ?? Number.NaN;
const softplus = (x: number): number => Math.log(1 + Math.exp(x));

/** f(βh) of App. B, and IPO as Azar et al. print it; the hinge's kink is at βh = 1. */
const WORKED: readonly { readonly objective: ContrastiveObjective; readonly chosen: number[]; readonly rejected: number[]; readonly beta: number; readonly loss: number }[] = [
  { objective: 'ipo', chosen: [0], rejected: [0], beta: 0.1, loss: 0.25 },
  { objective: 'ipo', chosen: [5], rejected: [0], beta: 0.1, loss: 0 }, // the minimum: h = 1/(2β)
  { objective: 'ipo', chosen: [2, -1], rejected: [-1, 1], beta: 0.5, loss: (1 + 2.25) / 2 },
  { objective: 'ipo', chosen: [10], rejected: [0], beta: 0.1, loss: 0.25 }, // too far is as bad as not at all
  { objective: 'ipo-azar', chosen: [0], rejected: [0], beta: 0.1, loss: 25 },
  { objective: 'ipo-azar', chosen: [5], rejected: [0], beta: 0.1, loss: 0 },
  { objective: 'ipo-azar', chosen: [2, -1], rejected: [-1, 1], beta: 0.5, loss: (4 + 9) / 2 },
  { objective: 'dpo', chosen: [0], rejected: [0], beta: 0.1, loss: Math.log(2) },
  { objective: 'dpo', chosen: [3], rejected: [1], beta: 0.5, loss: softplus(-1) },
  { objective: 'dpo', chosen: [0, 4], rejected: [4, 0], beta: 0.25, loss: (softplus(1) + softplus(-1)) / 2 },
  { objective: 'dpo', chosen: [-5000], rejected: [5000], beta: 0.1, loss: 1000 }, // neither overflows
  { objective: 'dpo', chosen: [5000], rejected: [-5000], beta: 0.1, loss: 0 },
  { objective: 'slic', chosen: [0], rejected: [0], beta: 0.1, loss: 1 },
  { objective: 'slic', chosen: [9], rejected: [0], beta: 0.1, loss: 0.1 },
  { objective: 'slic', chosen: [11], rejected: [0], beta: 0.1, loss: 0 }, // satisfied
  { objective: 'slic', chosen: [2, -1], rejected: [-1, 1], beta: 0.5, loss: (0 + 2) / 2 },
];

/** TensorFlow.js refuses to differentiate by what a function does not mention. */
const withoutReading = (column: tf.Tensor1D, loss: tf.Scalar): tf.Scalar => tf.add(loss, tf.mul(tf.sum(column), 0));

/** Every objective as a function of two columns of numbers; `extra` is the reward margin. */
const LOSSES: Readonly<Record<Objective | 'on-policy KL', (a: tf.Tensor1D, b: tf.Tensor1D, beta: number, extra: tf.Tensor1D) => tf.Scalar>> = {
  'ipo': (chosen, rejected, beta) => preferenceLoss('ipo', { chosen, rejected }, beta),
  'ipo-azar': (chosen, rejected, beta) => preferenceLoss('ipo-azar', { chosen, rejected }, beta),
  'dpo': (chosen, rejected, beta) => preferenceLoss('dpo', { chosen, rejected }, beta),
  'slic': (chosen, rejected, beta) => preferenceLoss('slic', { chosen, rejected }, beta),
  'best-of-2': (chosen, rejected) => withoutReading(rejected, bestOf2Loss(chosen)),
  'rloo': (chosen, rejected, beta, extra) => rlooLoss(chosen, rejected, extra, beta),
  'on-policy KL': (chosen, rejected) => withoutReading(rejected, onPolicyKlLoss(chosen)),
};

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend);
  });

  test.each(WORKED)('$objective of $chosen over $rejected at beta $beta is $loss', ({ objective, chosen, rejected, beta, loss }) => {
    expect(value(preferenceLoss(objective, { chosen: tf.tensor1d(chosen), rejected: tf.tensor1d(rejected) }, beta))).toBeCloseTo(loss, 5);
  });

  test.each([
    { name: 'Best-of-2 of one pair', found: () => bestOf2Loss(tf.tensor1d([-3])), loss: 3 },
    { name: 'Best-of-2 of two', found: () => bestOf2Loss(tf.tensor1d([-3, -4])), loss: 3.5 },
    { name: 'RLOO at the reference', found: () => rlooLoss(tf.tensor1d([0]), tf.tensor1d([0]), tf.tensor1d([2]), 0.1), loss: 0 },
    // h = 4, ¼·0.5·16 − ½·2·4; and h = −1: ¼·0.5·1 + ½·3·1
    { name: 'RLOO of two', found: () => rlooLoss(tf.tensor1d([3, 0]), tf.tensor1d([-1, 1]), tf.tensor1d([2, 3]), 0.5), loss: (2 - 4 + 0.125 + 1.5) / 2 },
    { name: 'on-policy KL of equal samples', found: () => onPolicyKlLoss(tf.tensor1d([2, 2, 2])), loss: 0 },
    { name: 'on-policy KL of three', found: () => onPolicyKlLoss(tf.tensor1d([1, 2, 6])), loss: (4 + 1 + 9) / 4 }, // mean 3, ½·14/2
  ])('$name is $loss', ({ found, loss }) => {
    expect(value(found())).toBeCloseTo(loss, 5);
  });

  test.each(Object.entries(LOSSES))('the gradient of %s is that of finite differences', (name, loss) => {
    const random = stream(`differences ${name}`);
    const draw = (): number[] => Array.from({ length: 5 }, () => 4 * random.normal());
    const [a, b, extra] = [draw(), draw(), draw()];
    const [gradientA, gradientB] = tf.grads((x: tf.Tensor, y: tf.Tensor) => loss(x as tf.Tensor1D, y as tf.Tensor1D, 0.3, tf.tensor1d(extra)))([tf.tensor1d(a), tf.tensor1d(b)]);
    const at = (x: number[], y: number[]): number => value(loss(tf.tensor1d(x), tf.tensor1d(y), 0.3, tf.tensor1d(extra)));
    const step = 1e-2;
    const moved = (values: number[], i: number, by: number): number[] => values.map((v, j) => (i === j ? v + by : v));
    a.forEach((_, i) => {
      expect(gradientA?.dataSync()[i]).toBeCloseTo((at(moved(a, i, step), b) - at(moved(a, i, -step), b)) / (2 * step), 2);
      expect(gradientB?.dataSync()[i] ?? 0).toBeCloseTo((at(a, moved(b, i, step)) - at(a, moved(b, i, -step))) / (2 * step), 2);
    });
    expect(Math.max(...(gradientA?.dataSync() ?? []).map(Math.abs))).toBeGreaterThan(0.01);
  });
});

describe('what they stand for', () => {
  beforeAll(async () => {
    await startBackend('cpu');
  });

  test('the two scalings of IPO have one minimum, and gradients that differ by β²', () => {
    for (const beta of [0.03, 0.1, 1]) {
      const slope = (objective: ContrastiveObjective, h: number): number =>
        tf.grad((x: tf.Tensor) => preferenceLoss(objective, { chosen: x as tf.Tensor1D, rejected: tf.tensor1d([0]) }, beta))(tf.tensor1d([h])).dataSync()[0] ?? Number.NaN;
      expect(slope('ipo', 1 / (2 * beta))).toBeCloseTo(0, 5);
      expect(slope('ipo-azar', 1 / (2 * beta))).toBeCloseTo(0, 4);
      expect(slope('ipo', 2) / slope('ipo-azar', 2)).toBeCloseTo(beta * beta, 5);
    }
  });

  test('RLOO: REINFORCE on reward − β·log-ratio, each sample against the other one, advantages held constant', () => {
    const [first, second, rewardFirst, rewardSecond] = [[0.4, -1, 2], [1.1, 0.2, -0.5], [1, 0.5, -2], [0.2, 0.9, 1]];
    const beta = 0.3;
    const penalised = (rewards: number[], ratios: number[]): number[] => rewards.map((reward, i) => reward - beta * ratios[i]!);
    const [R1, R2] = [penalised(rewardFirst, first), penalised(rewardSecond, second)];
    // −mean over the 6 samples of (R − the other's R) · log π; the ratios differ from log π by constants.
    const reinforce = { first: R1.map((R, i) => -(R - R2[i]!) / 6), second: R2.map((R, i) => -(R - R1[i]!) / 6) };
    const margin = tf.tensor1d(rewardFirst.map((reward, i) => reward - rewardSecond[i]!));
    const [one, other] = tf.grads((a: tf.Tensor, b: tf.Tensor) => rlooLoss(a as tf.Tensor1D, b as tf.Tensor1D, margin, beta))([tf.tensor1d(first), tf.tensor1d(second)]);
    reinforce.first.forEach((slope, i) => { expect(one?.dataSync()[i]).toBeCloseTo(slope, 5); });
    reinforce.second.forEach((slope, i) => { expect(other?.dataSync()[i]).toBeCloseTo(slope, 5); });
  });

  test('on-policy KL: the score function with the mean of the other samples as baseline', () => {
    const ratios = [0.5, -1, 2, 0.25];
    const n = ratios.length;
    const others = (i: number): number => ratios.reduce((sum, ratio, j) => (i === j ? sum : sum + ratio), 0) / (n - 1);
    const gradient = tf.grad((x: tf.Tensor) => onPolicyKlLoss(x as tf.Tensor1D))(tf.tensor1d(ratios)).dataSync();
    ratios.forEach((ratio, i) => { expect(gradient[i]).toBeCloseTo((ratio - others(i)) / n, 5); });
  });
});
