/**
 * Tang et al. 2024, App. B, and Calandriello et al. 2024: with pairs sampled from the policy itself, the expected IPO gradient
 * is −4β · ∇[ E_{y~π} p(y ≻ π̄) − β · KL(π‖π_ref) ], π̄ being the policy held fixed. Checked by enumerating every pair.
 */
import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { preferenceLoss } from '../../../../src/training/objectives/registry';
import { lossAndGradients } from '../../../../src/training/optimiser/gradientStep';
import { sequenceLogProbabilities, sequenceLogProbabilitiesOf } from '../../../../src/training/policy/logProbabilities';
import { createWeights } from '../../../../src/training/policy/weights';
import { ENUMERABLE, allResponses } from '../enumeration';
import { stream } from '../models';

beforeAll(async () => {
  await startBackend('wasm');
});

test.each([{ beta: 0.1 }, { beta: 0.7 }])('online IPO at beta $beta climbs preference minus KL', ({ beta }) => {
  const rows = allResponses([3, 4]);
  const n = rows.rows;
  const weights = createWeights(ENUMERABLE, stream('policy'));
  const reference = sequenceLogProbabilitiesOf(createWeights(ENUMERABLE, stream('reference')), ENUMERABLE, rows);
  const probability = Array.from(sequenceLogProbabilitiesOf(weights, ENUMERABLE, rows), Math.exp);
  const preferred = preferences(n);

  const online = gradients(weights, () => {
    const ratios = tf.sub<tf.Tensor1D>(sequenceLogProbabilities(weights, ENUMERABLE, rows), tf.tensor1d(reference));
    const one = (i: number): tf.Tensor1D => tf.slice(ratios, i, 1);
    const terms: tf.Scalar[] = [];
    for (let y = 0; y < n; y += 1) {
      for (let z = 0; z < n; z += 1) {
        const pair = probability[y]! * probability[z]!;
        terms.push(tf.mul(preferenceLoss('ipo', { chosen: one(y), rejected: one(z) }, beta), pair * preferred[y]![z]!));
        terms.push(tf.mul(preferenceLoss('ipo', { chosen: one(z), rejected: one(y) }, beta), pair * preferred[z]![y]!));
      }
    }
    return tf.addN(terms);
  });
  const regularised = gradients(weights, () => {
    const logs = sequenceLogProbabilities(weights, ENUMERABLE, rows);
    const pi = tf.exp(logs);
    const against = tf.tensor1d(preferred.map((row) => row.reduce((sum, p, z) => sum + p * probability[z]!, 0)));
    const kl = tf.sum(tf.mul(pi, tf.sub(logs, tf.tensor1d(reference))));
    return tf.sub<tf.Scalar>(tf.sum(tf.mul(pi, against)), tf.mul(kl, beta));
  });

  for (const [name, gradient] of Object.entries(online)) {
    const scale = Math.max(...gradient.map(Math.abs));
    gradient.forEach((value, i) => expect(Math.abs(value + 4 * beta * regularised[name]![i]!), name).toBeLessThan(1e-4 * scale + 1e-6));
  }
  expect(Math.max(...online.unembedding!.map(Math.abs))).toBeGreaterThan(1e-3);
});

/** p(y ≻ z), not of Bradley–Terry form: the identity does not need one. */
function preferences(n: number): number[][] {
  const random = stream('preferences');
  const p = Array.from({ length: n }, () => new Array<number>(n).fill(0.5));
  for (let y = 0; y < n; y += 1) {
    for (let z = 0; z < y; z += 1) {
      p[y]![z] = random.uniform();
      p[z]![y] = 1 - p[y]![z]!;
    }
  }
  return p;
}

function gradients(weights: ReturnType<typeof createWeights>, loss: () => tf.Scalar): Record<string, number[]> {
  const found = lossAndGradients(loss, weights).gradients;
  return Object.fromEntries(Object.entries(found).map(([name, gradient]) => [name, [...gradient.dataSync<'float32'>()]]));
}
