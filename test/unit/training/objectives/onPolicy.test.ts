/** In expectation over the policy's own samples: RLOO climbs reward less β·KL, and HyPO's term descends the KL. Every pair is enumerated. */
import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { onPolicyKlLoss } from '../../../../src/training/objectives/onPolicyKl';
import { rlooLoss } from '../../../../src/training/objectives/rloo';
import { lossAndGradients } from '../../../../src/training/optimiser/gradientStep';
import { sequenceLogProbabilities, sequenceLogProbabilitiesOf } from '../../../../src/training/policy/logProbabilities';
import { createWeights } from '../../../../src/training/policy/weights';
import { ENUMERABLE, allResponses } from '../enumeration';
import { stream } from '../models';

const rows = allResponses([3, 4]);
const n = rows.rows;
const beta = 0.4;

let weights: ReturnType<typeof createWeights>;
let reference: Float32Array;
let probability: number[];

beforeAll(async () => {
  await startBackend('wasm');
  weights = createWeights(ENUMERABLE, stream('policy'));
  reference = sequenceLogProbabilitiesOf(createWeights(ENUMERABLE, stream('reference')), ENUMERABLE, rows);
  probability = Array.from(sequenceLogProbabilitiesOf(weights, ENUMERABLE, rows), Math.exp);
});

const ratios = (): tf.Tensor1D => tf.sub(sequenceLogProbabilities(weights, ENUMERABLE, rows), tf.tensor1d(reference));
const exactKl = (): tf.Scalar => {
  const logs = sequenceLogProbabilities(weights, ENUMERABLE, rows);
  return tf.sum(tf.mul(tf.exp(logs), tf.sub(logs, tf.tensor1d(reference))));
};

/** Σ over pairs of samples of π(y)·π(z)·loss(y, z), the probabilities held constant. */
function expected(loss: (y: number, z: number) => tf.Scalar): tf.Scalar {
  const terms = Array.from({ length: n * n }, (_, i) => {
    const [y, z] = [Math.floor(i / n), i % n];
    return tf.mul<tf.Scalar>(loss(y, z), probability[y]! * probability[z]!);
  });
  return tf.addN(terms);
}

function gradients(loss: () => tf.Scalar): Record<string, number[]> {
  const found = lossAndGradients(loss, weights).gradients;
  return Object.fromEntries(Object.entries(found).map(([name, gradient]) => [name, [...gradient.dataSync<'float32'>()]]));
}

function expectSame(found: Record<string, number[]>, wanted: Record<string, number[]>): void {
  for (const [name, gradient] of Object.entries(wanted)) {
    const scale = Math.max(...gradient.map(Math.abs));
    gradient.forEach((slope, i) => expect(Math.abs((found[name]?.[i] ?? Number.NaN) - slope), name).toBeLessThan(1e-4 * scale + 1e-6));
  }
  expect(Math.max(...(wanted.unembedding ?? []).map(Math.abs))).toBeGreaterThan(1e-3);
}

test('RLOO descends −E[r] + β·KL', () => {
  const random = stream('rewards');
  const rewards = Array.from({ length: n }, () => random.normal());
  const found = gradients(() => {
    const all = ratios();
    const one = (i: number): tf.Tensor1D => tf.slice(all, i, 1);
    return expected((y, z) => rlooLoss(one(y), one(z), tf.tensor1d([rewards[y]! - rewards[z]!]), beta));
  });
  const wanted = gradients(() => {
    const reward = tf.sum(tf.mul(tf.exp(sequenceLogProbabilities(weights, ENUMERABLE, rows)), tf.tensor1d(rewards)));
    return tf.sub<tf.Scalar>(tf.mul(exactKl(), beta), reward);
  });
  expectSame(found, wanted);
});

test("HyPO's term descends KL(π‖π_ref)", () => {
  const found = gradients(() => {
    const all = ratios();
    return expected((y, z) => onPolicyKlLoss(tf.gather(all, [y, z])));
  });
  expectSame(found, gradients(exactKl));
});
