/** Gradients of every weight: along their own direction against finite differences, and wasm against the plain cpu backend. */
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { bestOf2Loss } from '../../../../src/training/objectives/bestOf2';
import { bradleyTerryLoss } from '../../../../src/training/objectives/bradleyTerry';
import { languageModelLoss } from '../../../../src/training/objectives/languageModel';
import { onPolicyKlLoss } from '../../../../src/training/objectives/onPolicyKl';
import { preferenceLoss } from '../../../../src/training/objectives/registry';
import { rlooLoss } from '../../../../src/training/objectives/rloo';
import { lossAndGradients } from '../../../../src/training/optimiser/gradientStep';
import { sequenceLogProbabilities } from '../../../../src/training/policy/logProbabilities';
import { scoreRows } from '../../../../src/training/policy/score';
import type { TransformerShape } from '../../../../src/training/policy/shape';
import type { TransformerWeights } from '../../../../src/training/policy/weights';
import { createWeights, disposeWeights } from '../../../../src/training/policy/weights';
import type { TokenRows } from '../../../../src/training/rows';
import { GPT2, ODD, TINY, halves, maskOf, randomRows, stream } from '../models';

type Loss = (weights: TransformerWeights, shape: TransformerShape, rows: TokenRows) => tf.Scalar;

const LOSSES: Record<string, Loss> = {
  ipo: (weights, shape, rows) => preferenceLoss('ipo', halves(weights, shape, rows), 0.3),
  dpo: (weights, shape, rows) => preferenceLoss('dpo', halves(weights, shape, rows), 0.3),
  slic: (weights, shape, rows) => preferenceLoss('slic', halves(weights, shape, rows), 0.3),
  'ipo-azar': (weights, shape, rows) => preferenceLoss('ipo-azar', halves(weights, shape, rows), 0.3),
  'best-of-2': (weights, shape, rows) => bestOf2Loss(halves(weights, shape, rows).chosen),
  rloo: (weights, shape, rows) => {
    const { chosen, rejected } = halves(weights, shape, rows);
    return rlooLoss(chosen, rejected, tf.tensor1d(Float32Array.from({ length: rows.rows / 2 }, (_, i) => 1 + i)), 0.3);
  },
  'on-policy KL': (weights, shape, rows) => onPolicyKlLoss(sequenceLogProbabilities(weights, shape, rows)),
  'language model': (weights, shape, rows) => languageModelLoss(sequenceLogProbabilities(weights, shape, rows), maskOf(rows)),
  'Bradley–Terry': (weights, shape, rows) => {
    const scores = scoreRows(weights, shape, rows);
    const half = rows.rows / 2;
    return bradleyTerryLoss(tf.slice(scores, 0, half), tf.slice(scores, half, half));
  },
};

const CASES = [
  { loss: 'ipo', shape: TINY, rows: 6 },
  { loss: 'ipo', shape: ODD, rows: 2 },
  { loss: 'ipo', shape: GPT2, rows: 6 },
  { loss: 'ipo-azar', shape: TINY, rows: 4 },
  { loss: 'dpo', shape: TINY, rows: 6 },
  { loss: 'slic', shape: GPT2, rows: 4 },
  { loss: 'best-of-2', shape: TINY, rows: 6 },
  { loss: 'rloo', shape: TINY, rows: 6 },
  { loss: 'on-policy KL', shape: TINY, rows: 5 },
  { loss: 'language model', shape: TINY, rows: 3 },
  { loss: 'language model', shape: { ...GPT2, width: 9, heads: 3 }, rows: 5 },
  { loss: 'language model', shape: { ...TINY, promptMatch: true, heads: 1, layers: 1 }, rows: 33 },
  { loss: 'Bradley–Terry', shape: { ...TINY, scalarHead: true, promptMatch: true, pool: 'sum' as const }, rows: 4 },
  { loss: 'Bradley–Terry', shape: ODD, rows: 10 },
  { loss: 'Bradley–Terry', shape: { ...TINY, scalarHead: true, pool: 'mean' as const }, rows: 8 },
  { loss: 'ipo', shape: { ...TINY, width: 9, heads: 3, feedForward: 33 }, rows: 4 },
  { loss: 'ipo', shape: { ...GPT2, width: 12, heads: 3, layers: 1, promptLength: 8, responseLength: 9 }, rows: 2 },
  { loss: 'language model', shape: { ...TINY, width: 33, heads: 3, layers: 1, promptLength: 2, responseLength: 2 }, rows: 5 },
  { loss: 'language model', shape: { ...GPT2, width: 33, heads: 1, layers: 1, feedForward: 5, promptLength: 2 }, rows: 3 },
  { loss: 'language model', shape: { ...GPT2, width: 12, heads: 4, layers: 1, promptLength: 1, responseLength: 1 }, rows: 33 },
  { loss: 'Bradley–Terry', shape: { ...GPT2, width: 9, heads: 3, layers: 1, scalarHead: true, promptMatch: true }, rows: 6 },
];

function gradientsOf({ loss, shape, rows }: (typeof CASES)[number]): { value: number; gradients: Record<string, Float32Array>; weights: TransformerWeights; compute: () => tf.Scalar } {
  const weights = createWeights(shape, stream('weights'));
  const batch = randomRows(shape, rows, stream('rows'));
  const compute = (): tf.Scalar => LOSSES[loss]!(weights, shape, batch);
  const { value, gradients } = lossAndGradients(compute, weights);
  const arrays = Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, Float32Array.from(gradient.dataSync<'float32'>())]));
  tf.dispose(gradients);
  return { value, gradients: arrays, weights, compute };
}

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** The loss with one weight moved along its gradient. */
function moved(weight: tf.Variable, direction: Float32Array, by: number, compute: () => tf.Scalar): number {
  const before = Float32Array.from(weight.dataSync<'float32'>());
  tf.tidy(() => weight.assign(tf.tensor(before.map((value, i) => value + by * direction[i]!), weight.shape)));
  const value = tf.tidy(() => compute().dataSync<'float32'>()[0]!);
  tf.tidy(() => weight.assign(tf.tensor(before, weight.shape)));
  return value;
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend);
  });

  test.each(CASES)('$loss over $rows rows agrees with finite differences', (entry) => {
    const { gradients, weights, compute } = gradientsOf(entry);
    for (const [name, gradient] of Object.entries(gradients)) {
      const size = norm(gradient);
      if (size < 1e-4) continue; // what single precision cannot resolve
      const direction = gradient.map((value) => value / size);
      // Fourth order; the step balances float32 noise against curvature and stays clear of most ReLU kinks.
      const h = 4e-3;
      const f = (by: number): number => moved(weights[name]!, direction, by, compute);
      const slope = (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
      expect(Math.abs(slope - size), `${name}: slope ${slope}, gradient ${size}`).toBeLessThan(3e-3 * Math.max(size, 0.05));
    }
    expect(Object.values(gradients).filter((gradient) => norm(gradient) >= 1e-4).length).toBeGreaterThan(5);
    disposeWeights(weights);
  });
});

test.each(CASES)('$loss over $rows rows is the same on wasm as on cpu', async (entry) => {
  await startBackend('cpu');
  const plain = gradientsOf(entry);
  await startBackend('wasm');
  const fused = gradientsOf(entry);
  expect(fused.value).toBeCloseTo(plain.value, 4);
  expect(Object.keys(fused.gradients)).toEqual(Object.keys(plain.gradients));
  for (const [name, gradient] of Object.entries(plain.gradients)) {
    const difference = norm(gradient.map((value, i) => value - fused.gradients[name]![i]!));
    expect(difference, name).toBeLessThan(1e-5 * Math.max(1, norm(gradient)));
  }
});
