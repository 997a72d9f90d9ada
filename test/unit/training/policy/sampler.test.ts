import { beforeAll, describe, expect, test } from 'vitest';
import { RandomStream } from '../../../../src/core/random';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { KeyValueCache } from '../../../../src/training/policy/cache';
import { responseLogDistributions } from '../../../../src/training/policy/logProbabilities';
import { cachedLogits, drawToken, newPositions, sampleResponses } from '../../../../src/training/policy/sampler';
import { responseLogits } from '../../../../src/training/policy/transformer';
import { createWeights } from '../../../../src/training/policy/weights';
import type { TokenRows } from '../../../../src/training/rows';
import { END, PAD, SEPARATOR, rowLength, takeRows } from '../../../../src/training/rows';
import { ODD, TINY, randomRows, stream } from '../models';

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend);
  });

  test.each([
    { name: 'tiny', shape: TINY, rows: 5 },
    { name: 'odd', shape: ODD, rows: 3 },
    { name: 'one row', shape: { ...TINY, promptMatch: true }, rows: 1 },
  ])('cached logits equal those of the full forward pass: $name', ({ shape, rows }) => {
    const weights = createWeights(shape, stream('weights'));
    const batch = randomRows(shape, rows, stream('rows'));
    const full = tf.tidy(() => responseLogits(weights, shape, batch).dataSync<'float32'>());
    const cache = new KeyValueCache({ rows, capacity: rowLength(shape), ...shape });
    let first = 0;
    for (let t = 0; t < shape.responseLength; t += 1) {
      const length = shape.promptLength + 1 + t - first;
      const cached = tf.tidy(() => cachedLogits(weights, shape, newPositions(shape, batch, first, length), cache).dataSync<'float32'>());
      first += length;
      for (let row = 0; row < rows; row += 1) {
        for (let v = 0; v < shape.vocabulary; v += 1) {
          const expected = full[(row * shape.responseLength + t) * shape.vocabulary + v]!;
          expect(Math.abs(cached[row * shape.vocabulary + v]! - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
        }
      }
    }
    expect(() => cache.attend(0, tf.zeros([rows, 3 * shape.width]))).not.toThrow();
    expect(() => cache.attend(0, tf.zeros([rows, 3 * shape.width]))).toThrow('The cache holds');
  });

  test('the frequencies of first and second tokens are those of the softmax', () => {
    const shape = { ...TINY, responseLength: 2 };
    const weights = createWeights(shape, stream('weights'));
    const one = randomRows(shape, 1, stream('rows'));
    const count = backend === 'wasm' ? 20_000 : 2_000;
    const sampled = sampleResponses(weights, shape, takeRows(one, new Int32Array(count)), stream('noise'));
    const first = columnCounts(sampled, 0, shape.vocabulary);
    expectFrequencies(first, distribution(weights, shape, one, 0), count);
    const likeliest = first.reduce((best, value, token) => (token !== END && value > first[best]! ? token : best), 3);
    const after = takeRows(sampled, rowsWithFirst(sampled, likeliest));
    expectFrequencies(columnCounts(after, 1, shape.vocabulary), distribution(weights, shape, takeRows(after, [0]), 1), after.rows);
  });

  test('rows end with the end token and padding, prompts stay, chunks do not matter', () => {
    const weights = createWeights(TINY, stream('weights'));
    const prompts = randomRows(TINY, 50, stream('rows'));
    const whole = sampleResponses(weights, TINY, prompts, stream('noise'));
    const parts = sampleResponses(weights, TINY, prompts, stream('noise'), { chunk: 7 });
    expect(parts.tokens).toEqual(whole.tokens);
    const length = rowLength(TINY);
    for (let row = 0; row < whole.rows; row += 1) {
      const tokens = [...whole.tokens.subarray(row * length, (row + 1) * length)];
      expect(tokens.slice(0, TINY.promptLength)).toEqual([...prompts.tokens.subarray(row * length, row * length + TINY.promptLength)]);
      expect(tokens[TINY.promptLength]).toBe(SEPARATOR);
      const response = tokens.slice(TINY.promptLength + 1);
      const end = response.indexOf(END);
      if (end >= 0) expect(response.slice(end + 1).every((token) => token === PAD)).toBe(true);
    }
  });

  test('consumes one uniform a row and position, however early the rows end', () => {
    const weights = createWeights(TINY, stream('weights'));
    const random = stream('noise');
    sampleResponses(weights, TINY, randomRows(TINY, 4, stream('rows')), random);
    const expected = stream('noise');
    for (let i = 0; i < 4 * TINY.responseLength; i += 1) expected.uniform();
    expect(random.uniform()).toBe(expected.uniform());
  });

  test('temperature 0 takes the likeliest token', () => {
    const weights = createWeights(TINY, stream('weights'));
    const prompts = randomRows(TINY, 6, stream('rows'));
    const sampled = sampleResponses(weights, TINY, prompts, stream('noise'), { temperature: 0 });
    const again = sampleResponses(weights, TINY, prompts, RandomStream.of(99, 'other'), { temperature: 0 });
    expect(again.tokens).toEqual(sampled.tokens);
    const most = distribution(weights, TINY, takeRows(sampled, [0]), 0);
    expect(sampled.tokens[TINY.promptLength + 1]).toBe(most.indexOf(Math.max(...most)));
  });
});

test.each([
  { u: 0, temperature: 1, token: 0 },
  { u: 0.24, temperature: 1, token: 0 },
  { u: 0.26, temperature: 1, token: 1 },
  { u: 0.49, temperature: 1, token: 1 },
  { u: 0.51, temperature: 1, token: 2 },
  { u: 0.999999, temperature: 1, token: 2 },
  { u: 0.17, temperature: 0.5, token: 1 },
  { u: 0.3, temperature: 0, token: 2 },
])('drawToken at u = $u and temperature $temperature', ({ u, temperature, token }) => {
  // probabilities ¼, ¼, ½; squared and normalised at temperature ½: 1/6, 1/6, 2/3
  expect(drawToken(Float32Array.from([0, 0, Math.log(2)]), u, temperature)).toBe(token);
});

function distribution(weights: Parameters<typeof responseLogDistributions>[0], shape: typeof TINY, row: TokenRows, t: number): number[] {
  const all = tf.tidy(() => responseLogDistributions(weights, shape, row).dataSync<'float32'>());
  return Array.from(all.subarray(t * shape.vocabulary, (t + 1) * shape.vocabulary), Math.exp);
}

function columnCounts(batch: TokenRows, t: number, vocabulary: number): number[] {
  const counts = new Array<number>(vocabulary).fill(0);
  for (let row = 0; row < batch.rows; row += 1) counts[batch.tokens[row * rowLength(batch) + batch.promptLength + 1 + t]!]! += 1;
  return counts;
}

const rowsWithFirst = (batch: TokenRows, token: number): number[] =>
  Array.from({ length: batch.rows }, (_, row) => row).filter((row) => batch.tokens[row * rowLength(batch) + batch.promptLength + 1] === token);

/** χ² with 6 degrees of freedom (V = 9 less padding, separator and one) stays below 22.5 in 999 of 1000 cases; the seed is fixed. */
function expectFrequencies(counts: number[], probabilities: number[], total: number): void {
  expect(counts[PAD]! + counts[SEPARATOR]!).toBe(0);
  const possible = [...counts.keys()].slice(END);
  const chiSquare = possible.reduce((sum, token) => sum + (counts[token]! - total * probabilities[token]!) ** 2 / (total * probabilities[token]!), 0);
  expect(chiSquare).toBeLessThan(22.5);
}
