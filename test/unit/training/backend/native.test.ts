/** TensorFlow's native library itself, where this machine has it. */
import { expect, test, vi } from 'vitest';
import { engineForTests } from '../../../fixtures/nativeEngines';
import { ENGINES } from '../../../../src/engines';
import { startNative } from '../../../../src/training/backend/native';
import { messageOf, startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { createAdam } from '../../../../src/training/optimiser/adam';
import { gradientStep } from '../../../../src/training/optimiser/gradientStep';
import { preferenceLoss } from '../../../../src/training/objectives/registry';
import { sampleResponses } from '../../../../src/training/policy/sampler';
import { createWeights } from '../../../../src/training/policy/weights';
import { TINY, halves, randomRows, stream } from '../models';

/** Losses of ten online steps; sampling and training together touch every layer. */
function losses(): number[] {
  const weights = createWeights(TINY, stream('weights'));
  const adam = createAdam(weights);
  const noise = stream('noise');
  const prompts = randomRows(TINY, 8, stream('prompts'));
  return Array.from({ length: 10 }, () => {
    const rows = sampleResponses(weights, TINY, prompts, noise);
    return gradientStep(() => preferenceLoss('ipo', halves(weights, TINY, rows), 0.1), weights, adam, 1e-3).loss;
  });
}

test('trains as the plain backend does and leaves no tensor behind', async (context) => {
  const folder = engineForTests('tensorflow');
  if (folder !== undefined) vi.stubEnv(ENGINES.tensorflow.variable, folder);
  try {
    await startNative();
  } catch (error) {
    const reason = `${messageOf(error)}; set ${ENGINES.tensorflow.variable} to a folder that has it to run this test`;
    console.warn(`Skipped: ${reason}`);
    context.skip(reason);
  }
  expect(await startBackend('tensorflow')).toMatchObject({ name: 'tensorflow', reasons: [] });
  losses();
  const before = tf.memory().numTensors;
  const native = losses();
  expect(tf.memory().numTensors - before).toBe(Object.keys(createWeights(TINY, stream('weights'))).length);
  await startBackend('cpu');
  losses().forEach((loss, step) => expect(native[step]).toBeCloseTo(loss, 3));
});
