/** Log-probabilities, KL and entropy against exact enumeration of every response. */
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { tokenExactKl } from '../../../../src/training/policy/kl';
import { responseLogDistributions, sequenceLogProbabilities, sequenceLogProbabilitiesOf } from '../../../../src/training/policy/logProbabilities';
import { createWeights } from '../../../../src/training/policy/weights';
import type { TokenRows } from '../../../../src/training/rows';
import { responseMask, rowLength } from '../../../../src/training/rows';
import { TINY, randomRows, stream } from '../models';
import { ENUMERABLE, allResponses } from '../enumeration';

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend);
  });

  test('the probabilities of all responses sum to one', () => {
    const values = sequenceLogProbabilitiesOf(createWeights(ENUMERABLE, stream('weights')), ENUMERABLE, allResponses([3, 4]));
    expect(values.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 5);
  });

  test('a sequence is the sum of its tokens up to the end token, in chunks or not', () => {
    const weights = createWeights(TINY, stream('weights'));
    const rows = randomRows(TINY, 33, stream('rows'));
    const distributions = tf.tidy(() => responseLogDistributions(weights, TINY, rows).dataSync<'float32'>());
    const expected = Array.from({ length: rows.rows }, (_, row) => sumOfTokens(rows, row, distributions));
    const values = sequenceLogProbabilitiesOf(weights, TINY, rows);
    const differentiable = tf.tidy(() => sequenceLogProbabilities(weights, TINY, rows).dataSync<'float32'>());
    const chunked = sequenceLogProbabilitiesOf(weights, TINY, rows, 7);
    expected.forEach((value, row) => {
      for (const other of [values, differentiable, chunked]) expect(other[row]).toBeCloseTo(value, 4);
    });
  });

  test('the token-exact KL over every response, weighted by its probability, is the KL itself', () => {
    const policy = createWeights(ENUMERABLE, stream('policy'));
    const reference = createWeights(ENUMERABLE, stream('reference'));
    const rows = allResponses([3, 5]);
    const ours = sequenceLogProbabilitiesOf(policy, ENUMERABLE, rows);
    const theirs = sequenceLogProbabilitiesOf(reference, ENUMERABLE, rows);
    const weighted = (values: ArrayLike<number>): number => ours.reduce((sum, value, row) => sum + Math.exp(value) * values[row]!, 0);
    const { perRow, entropy } = tokenExactKl(policy, reference, ENUMERABLE, rows, 5);
    expect(weighted(perRow)).toBeCloseTo(weighted(ours.map((value, row) => value - theirs[row]!)), 4);
    expect(weighted(entropy)).toBeCloseTo(weighted(ours.map((value) => -value)), 4);
    expect(perRow.every((value) => value >= 0)).toBe(true);
  });

  test('and reads the log-probabilities of the responses off the same logits', () => {
    const [policy, reference] = [createWeights(TINY, stream('policy')), createWeights(TINY, stream('reference'))];
    const rows = randomRows(TINY, 33, stream('rows'));
    const found = tokenExactKl(policy, reference, TINY, rows, 7);
    for (const [weights, values] of [[policy, found.policy], [reference, found.reference]] as const) {
      sequenceLogProbabilitiesOf(weights, TINY, rows).forEach((value, row) => { expect(values[row]).toBeCloseTo(value, 4); });
    }
  });

  test('the KL of a policy with itself is zero', () => {
    const weights = createWeights(TINY, stream('weights'));
    const { perRow } = tokenExactKl(weights, weights, TINY, randomRows(TINY, 9, stream('rows')));
    expect([...perRow]).toEqual(new Array(9).fill(0));
  });
});

function sumOfTokens(batch: TokenRows, row: number, distributions: Float32Array): number {
  const mask = responseMask(batch);
  let sum = 0;
  for (let t = 0; t < batch.responseLength; t += 1) {
    const at = row * batch.responseLength + t;
    if (mask[at]) sum += distributions[at * TINY.vocabulary + batch.tokens[row * rowLength(batch) + batch.promptLength + 1 + t]!]!;
  }
  return sum;
}
