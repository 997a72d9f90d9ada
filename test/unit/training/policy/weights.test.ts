import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { languageModelLoss } from '../../../../src/training/objectives/languageModel';
import { createAdam } from '../../../../src/training/optimiser/adam';
import { gradientStep } from '../../../../src/training/optimiser/gradientStep';
import { sequenceLogProbabilities } from '../../../../src/training/policy/logProbabilities';
import { parameterCount } from '../../../../src/training/policy/shape';
import { copyWeights, createWeights, digestWeights, disposeWeights, weightsFromBuffers, weightsToBuffers, withFreshWeights } from '../../../../src/training/policy/weights';
import { ODD, TINY, maskOf, randomRows, stream } from '../models';

beforeAll(async () => {
  await startBackend('wasm');
});

test('a copy trains while the reference it was taken from stays frozen, and the other way round', () => {
  const reference = createWeights(TINY, stream('weights'));
  const copy = copyWeights(reference);
  const frozen = digestWeights(reference);
  expect(digestWeights(copy)).toBe(frozen);
  const rows = randomRows(TINY, 8, stream('rows'));
  const train = (weights: typeof copy): void => {
    const adam = createAdam(weights);
    for (let step = 0; step < 50; step += 1) gradientStep(() => languageModelLoss(sequenceLogProbabilities(weights, TINY, rows), maskOf(rows)), weights, adam, 1e-2);
  };
  train(copy);
  const trained = digestWeights(copy);
  expect(digestWeights(reference)).toBe(frozen);
  expect(trained).not.toBe(frozen);
  train(reference);
  expect(digestWeights(copy)).toBe(trained);
  expect(digestWeights(reference)).toBe(trained);
});

test('the same stream draws the same bits, another one others', () => {
  const digest = (purpose: string): string => digestWeights(createWeights(ODD, stream(purpose)));
  expect(digest('a')).toBe(digest('a'));
  expect(digest('a')).not.toBe(digest('b'));
});

test('buffers go out and come back bit for bit', () => {
  const weights = createWeights(ODD, stream('weights'));
  const buffers = weightsToBuffers(weights);
  expect(Object.values(buffers).reduce((sum, { length }) => sum + length, 0)).toBe(parameterCount(ODD));
  expect(digestWeights(weightsFromBuffers(ODD, buffers))).toBe(digestWeights(weights));
});

test('buffers of another shape are refused by name, and leave nothing behind', () => {
  const buffers = weightsToBuffers(createWeights(TINY, stream('weights')));
  const before = tf.memory().numTensors;
  expect(() => weightsFromBuffers({ ...TINY, scalarHead: true }, buffers)).toThrow('Weight "score.weight" has no values where the model\'s shape needs 8');
  expect(() => weightsFromBuffers({ ...TINY, width: 10 }, buffers)).toThrow('Weight "embedding.token" has 72 values where the model\'s shape needs 90');
  expect(tf.memory().numTensors).toBe(before);
});

test('a model grows out of another one: shared weights are taken over, new ones drawn', () => {
  const buffers = weightsToBuffers(createWeights(TINY, stream('weights')));
  const grown = weightsToBuffers(withFreshWeights({ ...TINY, scalarHead: true }, buffers, stream('head')));
  for (const [name, values] of Object.entries(buffers)) expect(grown[name]).toEqual(values);
  expect(grown['score.weight']!.some((value) => value !== 0)).toBe(true);
});

test('disposing gives every tensor back', () => {
  const before = tf.memory().numTensors;
  const weights = createWeights(TINY, stream('weights'));
  const copy = copyWeights(weights);
  disposeWeights(weights);
  disposeWeights(copy);
  expect(tf.memory().numTensors).toBe(before);
});
