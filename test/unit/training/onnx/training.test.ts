/** Training by ONNX Runtime: the same course as TensorFlow.js', the same bits each time, and nothing left behind. */
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import type { OnnxRuntime } from '../../../../src/training/onnx/runtime';
import { onnxTrainers } from '../../../../src/training/onnx/trainer';
import { createEagerTrainer } from '../../../../src/training/optimiser/eager';
import type { Trainer, TrainerFactory, TrainerRequest } from '../../../../src/training/optimiser/trainer';
import type { TransformerShape } from '../../../../src/training/policy/shape';
import { createWeights, digestWeights, disposeWeights, weightsFromBuffers, weightsToBuffers } from '../../../../src/training/policy/weights';
import { GPT2, ODD, TINY, stream } from '../models';
import { PROBLEMS, runtimeOrSkip, type ProblemName } from './support';

beforeAll(async () => {
  await startBackend('wasm');
});

const SCORED: TransformerShape = { ...TINY, scalarHead: true, pool: 'sum' };

interface Course {
  readonly losses: number[];
  readonly margins: (number | undefined)[];
  readonly digest: string;
  readonly weights: Readonly<Record<string, Float32Array>>;
}

interface Training {
  readonly problem: ProblemName;
  readonly shape: TransformerShape;
  readonly rows: number;
  readonly settings?: TrainerRequest['settings'];
}

/** Another batch at each step. */
async function advance(trainer: Trainer, { problem, shape, rows }: Training, from: number, to: number): Promise<Pick<Course, 'losses' | 'margins'>> {
  const [losses, margins]: [number[], (number | undefined)[]] = [[], []];
  for (let step = from; step < to; step += 1) {
    const { loss, observed } = await trainer.step(PROBLEMS[problem](shape, rows, `rows ${step}`).feeds, 1e-2);
    losses.push(loss);
    margins.push(observed.margin);
  }
  return { losses, margins };
}

async function train(create: TrainerFactory, training: Training, steps = 20): Promise<Course> {
  const { program } = PROBLEMS[training.problem](training.shape, training.rows);
  const trainer = create({ program, weights: createWeights(training.shape, stream('weights')), ...(training.settings ? { settings: training.settings } : {}) });
  const course = await advance(trainer, training, 0, steps);
  await trainer.dispose();
  return { ...course, digest: digestWeights(trainer.weights), weights: weightsToBuffers(trainer.weights) };
}

const TRAININGS: readonly Training[] = [
  { problem: 'language model', shape: TINY, rows: 5 },
  { problem: 'language model per token', shape: GPT2, rows: 9 },
  { problem: 'IPO', shape: ODD, rows: 6 },
  { problem: 'IPO with the reference in the step', shape: GPT2, rows: 6 },
  { problem: 'RLOO', shape: TINY, rows: 6 },
  { problem: 'DPO with KL on samples', shape: TINY, rows: 6 },
  // The unembedding is no part of the score: neither gradient nor weight decay may touch it.
  { problem: 'Bradley–Terry', shape: SCORED, rows: 6, settings: { weightDecay: 0.3, clipNorm: 5 } },
];

/** The loss does not depend on a key's bias, nor on that of a score of which only differences count: Adam makes steps of rounding there. */
const isUndetermined = (name: string, at: number): boolean => name === 'score.bias' || (name.endsWith('qkv.bias') && at >= 1 / 3 && at < 2 / 3);

describe('twenty steps', () => {
  test.for(TRAININGS)('$problem: as on wasm, and bit for bit the same twice', async (training, context) => {
    const create = onnxTrainers(runtimeOrSkip(context));
    const [native, again, wasm] = [await train(create, training), await train(create, training), await train(createEagerTrainer, training)];
    expect(again.digest).toBe(native.digest);
    native.losses.forEach((loss, step) => expect(Math.abs(loss - wasm.losses[step]!), `step ${step}`).toBeLessThan(1e-4 * Math.max(1, Math.abs(loss))));
    native.margins.forEach((margin, step) => expect(margin ?? 0).toBeCloseTo(wasm.margins[step] ?? 0, 3));
    for (const [name, values] of Object.entries(wasm.weights)) {
      const furthest = values.reduce((most, value, i) => (isUndetermined(name, i / values.length) ? most : Math.max(most, Math.abs(value - native.weights[name]![i]!))), 0);
      expect(furthest, name).toBeLessThan(1e-3);
    }
    expect(Math.abs(native.losses[0]! - native.losses.at(-1)!)).toBeGreaterThan(1e-3);
  });
});

test('weights without a gradient stay as they are, decay or not', async (context) => {
  const create = onnxTrainers(runtimeOrSkip(context));
  const before = weightsToBuffers(createWeights(SCORED, stream('weights'))).unembedding;
  const { weights } = await train(create, TRAININGS.at(-1)!, 3);
  expect(weights.unembedding).toEqual(before);
  expect(weights['score.weight']).not.toEqual(weightsToBuffers(createWeights(SCORED, stream('weights')))['score.weight']);
});

test.for(TRAININGS)('$problem: a trainer made from a saved state goes on bit for bit', async (training, context) => {
  const create = onnxTrainers(runtimeOrSkip(context));
  const { program } = PROBLEMS[training.problem](training.shape, training.rows);
  const request = { program, ...(training.settings ? { settings: training.settings } : {}) };
  const through = create({ ...request, weights: createWeights(training.shape, stream('weights')) });
  await advance(through, training, 0, 7);
  const saved = { weights: weightsToBuffers(through.weights), state: through.state() };
  await advance(through, training, 7, 12);
  const resumed = create({ ...request, weights: weightsFromBuffers(training.shape, saved.weights), state: saved.state });
  await advance(resumed, training, 7, 12);
  expect(digestWeights(resumed.weights)).toBe(digestWeights(through.weights));
  expect(resumed.state()).toEqual(through.state());
  expect(saved.state.steps).toBe(7);
  await Promise.all([through.dispose(), resumed.dispose()]);
});

test('a state for another model is refused', async (context) => {
  const create = onnxTrainers(runtimeOrSkip(context));
  const { program, feeds } = PROBLEMS['language model'](TINY, 3);
  const state = { steps: 1, first: new Float32Array(3), second: new Float32Array(3) };
  const trainer = create({ program, weights: createWeights(TINY, stream('weights')), state });
  await expect(trainer.step(feeds, 1e-3)).rejects.toThrow('state is for 3 parameters, the model has');
});

test('a gradient that is not finite is refused and changes nothing', async (context) => {
  const create = onnxTrainers(runtimeOrSkip(context));
  const { program, feeds } = PROBLEMS.IPO(TINY, 4);
  const trainer = create({ program, weights: createWeights(TINY, stream('weights')) });
  await trainer.step(feeds, 1e-3);
  const [digest, state] = [digestWeights(trainer.weights), trainer.state()];
  const broken = { ...feeds, reference: { ...feeds.reference!, values: new Float32Array(4).fill(Number.NaN) } as typeof feeds.reference };
  await expect(trainer.step(broken as typeof feeds, 1e-3)).rejects.toThrow('The gradient is not finite: the run diverged. Try a smaller learning rate');
  expect(digestWeights(trainer.weights)).toBe(digest);
  expect(trainer.state()).toEqual(state);
});

test('another number of rows is another graph over the same weights', async (context) => {
  const create = onnxTrainers(runtimeOrSkip(context));
  const run = async (factory: TrainerFactory): Promise<number[]> => {
    const trainer = factory({ program: PROBLEMS['language model'](TINY, 3).program, weights: createWeights(TINY, stream('weights')) });
    const losses: number[] = [];
    for (const rows of [3, 5, 3, 5]) losses.push((await trainer.step(PROBLEMS['language model'](TINY, rows).feeds, 1e-2)).loss);
    await trainer.dispose();
    return losses;
  };
  const [native, wasm] = [await run(create), await run(createEagerTrainer)];
  native.forEach((loss, i) => expect(loss).toBeCloseTo(wasm[i]!, 4));
});

test('the frozen reference policy stays as it was', async (context) => {
  const create = onnxTrainers(runtimeOrSkip(context));
  const { program, feeds } = PROBLEMS['IPO with the reference in the step'](TINY, 6);
  const before = digestWeights(program.frozen!);
  const trainer = create({ program, weights: weightsFromBuffers(TINY, weightsToBuffers(program.frozen!)) });
  const { observed } = await trainer.step(feeds, 1e-2);
  expect(observed.margin).toBeCloseTo(0, 5);
  for (let step = 0; step < 5; step += 1) await trainer.step(feeds, 1e-2);
  // Had the reference trained along, the margin would still be 0.
  expect(Math.abs((await trainer.step(feeds, 1e-2)).observed.margin!)).toBeGreaterThan(0.05);
  expect(digestWeights(program.frozen!)).toBe(before);
  await trainer.dispose();
});

test('three hundred steps leave no tensor and no memory behind', async (context) => {
  const runtime: OnnxRuntime = runtimeOrSkip(context);
  const training: Training = { problem: 'language model', shape: { ...GPT2, width: 32, feedForward: 128 }, rows: 16 };
  const weights = createWeights(training.shape, stream('weights'));
  const trainer = onnxTrainers(runtime)({ program: PROBLEMS['language model'](training.shape, 16).program, weights });
  await advance(trainer, training, 0, 100);
  const before = { tensors: tf.memory().numTensors, resident: process.memoryUsage().rss };
  for (let step = 100; step < 400; step += 50) {
    await advance(trainer, training, step, step + 50);
    digestWeights(trainer.weights);
  }
  expect(tf.memory().numTensors).toBe(before.tensors);
  expect((process.memoryUsage().rss - before.resident) / 2 ** 20).toBeLessThan(40);
  await trainer.dispose();
  disposeWeights(weights);
});
