/** The whole decoder by our kernels, forward, backward and sampling, against plain operations on cpu. */
import { beforeAll, describe, expect, test } from 'vitest';
import { hasFused } from '../../../../src/training/backend/fused';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { lossAndGradients } from '../../../../src/training/optimiser/gradientStep';
import { tensorsOf, type Feeds } from '../../../../src/training/optimiser/program';
import { embeddingFeeds, embeddingInput } from '../../../../src/training/policy/embedding';
import { sampleResponses } from '../../../../src/training/policy/sampler';
import type { TransformerShape } from '../../../../src/training/policy/shape';
import { hiddenStates } from '../../../../src/training/policy/transformer';
import { createWeights, disposeWeights, type TransformerWeights } from '../../../../src/training/policy/weights';
import { rowLength } from '../../../../src/training/rows';
import { GPT2, ODD, TINY, randomRows, stream } from '../models';
import { randomFloats, startBoth } from './bothBackends';
import { expectClose } from './closeness';

beforeAll(startBoth);

interface Window {
  /** How many positions of each row are read. */
  readonly length: number;
  /** For how many of the last of them the output is wanted. */
  readonly outputs: number;
}

interface DecoderCase {
  readonly name: string;
  readonly shape: TransformerShape;
  readonly rows: number;
  /** All positions but the last, and outputs for the response, unless told. */
  readonly window?: Window;
  /** Rows say where their responses end; nothing has to be computed behind that. */
  readonly ends?: boolean;
}

const wide = (width: number, heads: number): TransformerShape => ({ ...TINY, width, heads });
const LONG: TransformerShape = { ...TINY, width: 12, heads: 2, promptLength: 20, responseLength: 13 };

const CASES: readonly DecoderCase[] = [
  { name: 'tiny', shape: TINY, rows: 5 },
  { name: 'odd, prompt matches', shape: ODD, rows: 3 },
  { name: 'GPT-2', shape: GPT2, rows: 4 },
  { name: 'GPT-2 with prompt matches, one layer', shape: { ...GPT2, layers: 1, promptMatch: true }, rows: 3 },
  { name: 'one row', shape: { ...TINY, promptMatch: true }, rows: 1 },
  { name: 'three layers', shape: { ...TINY, layers: 3 }, rows: 2 },
  ...[1, 2, 3, 4].map((heads) => ({ name: `${heads} heads of ${12 / heads}`, shape: wide(12, heads), rows: 3 })),
  { name: 'three heads of 11', shape: wide(33, 3), rows: 2 },
  { name: 'two heads of 8', shape: { ...wide(16, 2), feedForward: 33 }, rows: 5 },
  { name: 'one head of 1', shape: { ...wide(1, 1), feedForward: 1 }, rows: 3 },
  { name: 'a feed-forward of 5', shape: { ...TINY, feedForward: 5 }, rows: 3 },
  { name: 'one position', shape: TINY, rows: 3, window: { length: 1, outputs: 1 } },
  { name: 'all positions', shape: TINY, rows: 3, window: { length: 9, outputs: 9 } },
  { name: 'the last position', shape: TINY, rows: 3, window: { length: 9, outputs: 1 } },
  { name: 'a window in the middle', shape: ODD, rows: 7, window: { length: 4, outputs: 2 } },
  { name: 'several parts', shape: TINY, rows: 61 },
  { name: 'several parts with prompt matches', shape: { ...TINY, promptMatch: true }, rows: 70 },
  { name: 'several parts of GPT-2', shape: { ...GPT2, width: 9, heads: 3 }, rows: 65 },
  { name: 'long rows, seven a part', shape: LONG, rows: 16 },
  { name: 'a part a row', shape: { ...LONG, promptLength: 130, responseLength: 9 }, rows: 3 },
  { name: 'rows longer than a part', shape: { ...LONG, promptLength: 260, responseLength: 3, layers: 1 }, rows: 2 },
  { name: 'rows that end', shape: TINY, rows: 5, ends: true },
  { name: 'rows that end, prompt matches, whole rows', shape: { ...ODD, layers: 2 }, rows: 9, window: { length: 6, outputs: 4 }, ends: true },
  { name: 'rows that end, several parts', shape: LONG, rows: 67, ends: true },
  { name: 'rows that end, GPT-2', shape: { ...GPT2, width: 9, heads: 3 }, rows: 65, ends: true },
  { name: 'rows that end behind the window', shape: TINY, rows: 4, window: { length: 2, outputs: 2 }, ends: true },
];

const windowOf = ({ shape, window }: DecoderCase): Window => window ?? { length: rowLength(shape) - 1, outputs: shape.responseLength };

function states(weights: TransformerWeights, one: DecoderCase): tf.Tensor2D {
  const { length, outputs } = windowOf(one);
  const { lengths, ...feeds } = tensorsOf(feedsOf(one));
  return hiddenStates(weights, one.shape, embeddingInput(one.ends && lengths ? { ...feeds, lengths } : feeds, length), outputs);
}

const feedsOf = (one: DecoderCase): Feeds => embeddingFeeds(one.shape, randomRows(one.shape, one.rows, stream('rows')), windowOf(one).length);

/** 1 for each hidden state that is to be computed, [rows·outputs]. */
function wanted(one: DecoderCase): number[] {
  const { length, outputs } = windowOf(one);
  const lengths = feedsOf(one).lengths?.values ?? [];
  return Array.from({ length: one.rows * outputs }, (_, at) => Number(!one.ends || length - outputs + (at % outputs) < (lengths[Math.floor(at / outputs)] ?? 0)));
}

/** Hidden states without a gradient in sight; the loss, and the gradients of all weights it depends on. */
function run(one: DecoderCase): { readonly hidden: Float32Array; readonly loss: number; readonly gradients: Record<string, Float32Array> } {
  const weights = createWeights(one.shape, stream('weights'));
  const counts = wanted(one);
  const masked = (values: Float32Array): Float32Array => values.map((value, at) => value * (counts[Math.floor(at / one.shape.width)] ?? 0));
  const hidden = masked(tf.tidy(() => states(weights, one).dataSync<'float32'>()));
  const dy = masked(randomFloats('dy', hidden.length));
  const { value, gradients } = lossAndGradients(() => tf.sum(tf.mul(states(weights, one), tf.tensor2d(dy, [hidden.length / one.shape.width, one.shape.width]))), weights);
  const arrays = Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, Float32Array.from(gradient.dataSync<'float32'>())]));
  tf.dispose(gradients);
  disposeWeights(weights);
  return { hidden, loss: value, gradients: arrays };
}

const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

test.each(CASES)('$name ($rows rows): hidden states and the gradients of all weights', async (one) => {
  await startBackend('cpu');
  expect(hasFused('Decoder')).toBe(false);
  const plain = run(one);
  await startBackend('wasm');
  expect(hasFused('Decoder')).toBe(true);
  const before = tf.memory();
  const fused = run(one);
  expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes, numDataBuffers: before.numDataBuffers });
  expectClose(fused.hidden, plain.hidden, 1e-5, 'hidden');
  expectClose([fused.loss], [plain.loss], 1e-4, 'loss');
  expect(Object.keys(fused.gradients)).toEqual(Object.keys(plain.gradients));
  for (const [name, gradient] of Object.entries(plain.gradients)) {
    // Sums over all positions: as a share of the largest, which has as many terms.
    const scale = Math.max(1, largest(gradient));
    expectClose(fused.gradients[name]!.map((value) => value / scale), gradient.map((value) => value / scale), 1e-5, name);
  }
});

describe('sampling', () => {
  const SAMPLED = [
    { name: 'tiny', shape: TINY, rows: 5 },
    { name: 'odd', shape: { ...ODD, promptMatch: false }, rows: 7 },
    { name: 'GPT-2', shape: GPT2, rows: 9 },
    { name: 'GPT-2, three heads of 3', shape: { ...GPT2, width: 9, heads: 3 }, rows: 33 },
    { name: 'three heads of 11', shape: wide(33, 3), rows: 3 },
    { name: 'more rows than go together', shape: TINY, rows: 65 },
    { name: 'two parts and one row', shape: { ...TINY, layers: 1, heads: 4 }, rows: 129 },
    { name: 'long rows', shape: LONG, rows: 4 },
    { name: 'one token of each response', shape: { ...TINY, responseLength: 1 }, rows: 4 },
  ];

  test.each(SAMPLED)('$name ($rows rows): the tokens of the plain sampler', async ({ shape, rows }) => {
    const drawn = async (backend: 'cpu' | 'wasm', temperature: number): Promise<number[]> => {
      await startBackend(backend);
      expect(hasFused('SampleResponses')).toBe(backend === 'wasm');
      const weights = createWeights(shape, stream('weights'));
      const { tokens } = sampleResponses(weights, shape, randomRows(shape, rows, stream('rows')), stream('noise'), { temperature });
      disposeWeights(weights);
      return [...tokens];
    };
    for (const temperature of [1, 0.6, 0]) expect(await drawn('wasm', temperature), `temperature ${temperature}`).toEqual(await drawn('cpu', temperature));
  });
});
