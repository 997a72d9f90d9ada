import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { tensorsOf } from '../../../../src/training/optimiser/program';
import { embeddingInput, promptMatches } from '../../../../src/training/policy/embedding';
import { scoreFeeds, scoreRows, scoresOf } from '../../../../src/training/policy/score';
import type { TransformerShape } from '../../../../src/training/policy/shape';
import { hiddenStates } from '../../../../src/training/policy/transformer';
import type { TransformerWeights } from '../../../../src/training/policy/weights';
import { createWeights } from '../../../../src/training/policy/weights';
import type { TokenRows } from '../../../../src/training/rows';
import { END, PAD, SEPARATOR, responseMask } from '../../../../src/training/rows';
import { TINY, randomRows, stream } from '../models';

beforeAll(async () => {
  await startBackend('wasm');
});

const SHAPE: TransformerShape = { ...TINY, scalarHead: true };

/** The definition, written out: the head on the mean or sum of the hidden states of separator and response. */
function bySum(weights: TransformerWeights, shape: TransformerShape, rows: TokenRows): number[] {
  const outputs = shape.responseLength + 1;
  const hidden = tf.tidy(() => hiddenStates(weights, shape, embeddingInput(tensorsOf(scoreFeeds(shape, rows)), shape.promptLength + outputs), outputs).dataSync<'float32'>());
  const head = weights['score.weight']!.dataSync<'float32'>();
  const mask = responseMask(rows);
  return Array.from({ length: rows.rows }, (_, row) => {
    const scalar = (at: number): number => head.reduce((sum, value, i) => sum + value * hidden[(row * outputs + at) * shape.width + i]!, 0);
    const kept = [0, ...Array.from({ length: shape.responseLength }, (__, t) => t + 1).filter((t) => mask[row * shape.responseLength + t - 1])];
    const total = kept.reduce((sum, at) => sum + scalar(at), 0);
    return (shape.pool === 'sum' ? total : total / kept.length) + weights['score.bias']!.dataSync<'float32'>()[0]!;
  });
}

test.each([{ pool: 'mean' }, { pool: 'sum' }, { pool: undefined }] as const)('pools separator and response up to the end token: $pool', ({ pool }) => {
  const shape: TransformerShape = { ...SHAPE, ...(pool ? { pool } : {}) };
  const weights = createWeights(shape, stream('weights'));
  weights['score.bias']!.assign(tf.tensor1d([0.25]));
  const rows = randomRows(shape, 20, stream('rows'));
  const expected = bySum(weights, shape, rows);
  const values = tf.tidy(() => scoreRows(weights, shape, rows).dataSync<'float32'>());
  const chunked = scoresOf(weights, shape, rows, 7);
  expected.forEach((value, row) => {
    expect(values[row]).toBeCloseTo(value, 4);
    expect(chunked[row]).toBeCloseTo(value, 4);
  });
});

test('what stands after the end token does not matter', () => {
  const weights = createWeights(SHAPE, stream('weights'));
  const row = (...rest: number[]): TokenRows => ({ rows: 1, promptLength: 3, responseLength: 5, tokens: Int32Array.from([3, 4, 5, SEPARATOR, 6, END, ...rest]) });
  const [clean] = scoresOf(weights, SHAPE, row(PAD, PAD, PAD));
  expect(scoresOf(weights, SHAPE, row(7, 8, 3))[0]).toBeCloseTo(clean!, 6);
});

test('a token of the prompt matches its first place there, from 1; nothing else does', () => {
  const rows: TokenRows = {
    rows: 2,
    promptLength: 3,
    responseLength: 4,
    tokens: Int32Array.from([3, 4, 3, SEPARATOR, 3, 4, 5, END, PAD, PAD, 8, SEPARATOR, 8, END, PAD, PAD]),
  };
  expect([...promptMatches(rows)]).toEqual([0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0]);
});

test.each([
  { name: 'a response that repeats the prompt', response: [3, 4, 5], changes: true },
  { name: 'a response that does not', response: [6, 7, 8], changes: false },
])('the match embedding changes the score of $name: $changes', ({ response, changes }) => {
  const shape = { ...SHAPE, promptMatch: true };
  const weights = createWeights(shape, stream('weights'));
  const rows: TokenRows = { rows: 1, promptLength: 3, responseLength: 5, tokens: Int32Array.from([3, 4, 5, SEPARATOR, ...response, END, PAD]) };
  const difference = Math.abs(scoresOf(weights, shape, rows)[0]! - scoresOf(weights, SHAPE, rows)[0]!);
  if (changes) expect(difference).toBeGreaterThan(1e-5);
  else expect(difference).toBeLessThan(1e-6);
});
