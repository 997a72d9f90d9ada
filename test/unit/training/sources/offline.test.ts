/** Offline batches: the reference's log-probabilities are read when first needed, and are what reading all of them at once gives. */
import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { sequenceLogProbabilitiesOf } from '../../../../src/training/policy/logProbabilities';
import { createWeights } from '../../../../src/training/policy/weights';
import { offlineBatches } from '../../../../src/training/sources/offline';
import { GPT2, TINY, randomRows, stream } from '../models';

beforeAll(async () => {
  await startBackend('wasm');
});

test.each([
  { name: 'whole batches', shape: TINY, pairs: 64, batchSize: 16 },
  { name: 'a tail that fills no batch', shape: TINY, pairs: 37, batchSize: 8 },
  { name: 'GPT-2, fewer pairs than a batch', shape: GPT2, pairs: 5, batchSize: 32 },
])('$name: over three epochs each pair comes with its reference value, to the bit', ({ shape, pairs: count, batchSize }) => {
  const reference = createWeights(shape, stream('reference'));
  const pairs = { chosen: randomRows(shape, count, stream('chosen')), rejected: randomRows(shape, count, stream('rejected')) };
  const all = { chosen: sequenceLogProbabilitiesOf(reference, shape, pairs.chosen), rejected: sequenceLogProbabilitiesOf(reference, shape, pairs.rejected) };
  const source = offlineBatches({ shape, reference, pairs, batchSize, seed: 1 });
  const steps = 3 * Math.max(1, Math.floor(count / batchSize));
  for (let step = 0; step < steps; step += 1) {
    const batch = source.batch(step, reference);
    for (const side of ['chosen', 'rejected'] as const) {
      expect([...(batch.reference?.[side] ?? [])]).toEqual([...sequenceLogProbabilitiesOf(reference, shape, batch.pairs[side])]);
      for (const value of batch.reference?.[side] ?? []) expect([...all[side]]).toContain(value);
    }
  }
});
