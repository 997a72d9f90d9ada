/** The workloads in plain TensorFlow.js on its stock wasm backend: the baseline. */
import { RandomStream } from '../../../src/core/random';
import { tf } from '../../../src/training/backend/tensorflow';
import { startWasm, withoutOverrides } from '../../../src/training/backend/wasm';
import { ipoLoss } from '../../../src/training/objectives/ipo';
import type { TransformerShape } from '../../../src/training/policy/shape';
import { weightsFromBuffers, type TransformerWeights } from '../../../src/training/policy/weights';
import { takeRows, type TokenRows } from '../../../src/training/rows';
import { plainSample } from '../plain/sample';
import { plainScores, plainSequenceLogProbabilities } from '../plain/transformer';
import { BETA, LEARNING_RATE, STUDY, STUDY_BATCH, YARDSTICK, YARDSTICK_TEXT } from '../workloads';
import type { Computed, Engine } from './contract';
import type { Fixture, FixtureModel } from './fixture';

export async function startPlain(fixture: Fixture): Promise<Engine> {
  await startWasm();
  return { kernels: withoutOverrides(), versions: { tfjs: tf.version_core }, compute: () => compute(fixture), calls: workloads(fixture) };
}

class PlainLearner {
  readonly weights: TransformerWeights;
  /** The trainer's own settings, without its warm-up and clipping. */
  private readonly adam = tf.train.adam(LEARNING_RATE, 0.9, 0.99, 1e-8);

  constructor(model: FixtureModel, private readonly shape: TransformerShape = model.shape) {
    this.weights = weightsFromBuffers(shape, model.weights);
  }

  languageModelStep(rows: TokenRows): number {
    const tokens = rows.rows * rows.responseLength;
    return this.minimise(() => tf.neg<tf.Scalar>(tf.div(tf.sum(plainSequenceLogProbabilities(this.weights, this.shape, rows)), tokens)));
  }

  ipoStep(rows: TokenRows, reference: Float32Array): number {
    return this.minimise(() => {
      const ratios = tf.sub(plainSequenceLogProbabilities(this.weights, this.shape, rows), tf.tensor1d(reference));
      const [chosen, rejected] = tf.split(ratios, 2) as [tf.Tensor1D, tf.Tensor1D];
      return ipoLoss(chosen, rejected, BETA);
    });
  }

  private minimise(loss: () => tf.Scalar): number {
    const cost = this.adam.minimize(loss, true, Object.values(this.weights));
    const value = cost?.dataSync<'float32'>()[0] ?? Number.NaN;
    cost?.dispose();
    return value;
  }
}

/** Values of a tensor that is computed outside any gradient. */
function valuesOf(compute: () => tf.Tensor): Float32Array {
  const tensor = tf.tidy(compute);
  const values = tensor.dataSync<'float32'>();
  tensor.dispose();
  return values;
}

const referenceOf = (weights: TransformerWeights, shape: TransformerShape, rows: TokenRows): Float32Array => valuesOf(() => plainSequenceLogProbabilities(weights, shape, rows));
const firstRows = (rows: TokenRows, count: number): TokenRows => takeRows(rows, Int32Array.from({ length: count }, (_, i) => i));

/** The chosen rows of the given pairs, then the rejected ones. */
const pairRows = (rows: TokenRows, pairs: readonly number[]): TokenRows => takeRows(rows, [...pairs, ...pairs.map((pair) => rows.rows / 2 + pair)]);

function compute({ models, rows }: Fixture): Computed {
  const [text, ipo, study] = [new PlainLearner(models.yardstick, YARDSTICK_TEXT), new PlainLearner(models.yardstick), new PlainLearner(models.study)];
  const reference = weightsFromBuffers(YARDSTICK, models.yardstickReference.weights);
  const batch = pairRows(rows.studyPairs, Array.from({ length: STUDY_BATCH }, (_, i) => i));
  const studyReference = referenceOf(weightsFromBuffers(STUDY, models.studyReference.weights), STUDY, batch);
  const judge = weightsFromBuffers(models.judge.shape, models.judge.weights);
  const greedy = plainSample(text.weights, YARDSTICK, firstRows(rows.prompts, rows.text.rows), RandomStream.of(1, 'greedy'), 0);
  return {
    // One loss each: stock Adam neither warms up nor clips, so the second step is another one than ours.
    losses: { lm: [text.languageModelStep(rows.text)], ipo: [ipo.ipoStep(rows.pairs, referenceOf(reference, YARDSTICK, rows.pairs))], study: [study.ipoStep(batch, studyReference)] },
    greedy: Array.from(greedy.tokens),
    scores: Array.from(valuesOf(() => plainScores(judge, models.judge.shape, firstRows(rows.studyPairs, rows.text.rows)))),
    known: Array.from(studyReference.subarray(0, STUDY_BATCH)),
  };
}

function workloads({ models, rows }: Fixture): Engine['calls'] {
  const [text, ipo] = [new PlainLearner(models.yardstick, YARDSTICK_TEXT), new PlainLearner(models.yardstick)];
  const [sampler, reference] = [weightsFromBuffers(YARDSTICK, models.yardstick.weights), weightsFromBuffers(YARDSTICK, models.yardstickReference.weights)];
  const noise = RandomStream.of(1, 'noise');
  const few = firstRows(rows.prompts, rows.text.rows);
  return {
    lm: () => void text.languageModelStep(rows.text),
    ipo: () => void ipo.ipoStep(rows.pairs, referenceOf(reference, YARDSTICK, rows.pairs)),
    sample64: () => void plainSample(sampler, YARDSTICK, few, noise),
    sample256: () => void plainSample(sampler, YARDSTICK, rows.prompts, noise),
    ...studyWorkloads({ models, rows }),
  };
}

function studyWorkloads({ models, rows }: Fixture): Engine['calls'] {
  const [offline, online] = [new PlainLearner(models.study), new PlainLearner(models.study)];
  const reference = weightsFromBuffers(STUDY, models.studyReference.weights);
  const judge = weightsFromBuffers(models.judge.shape, models.judge.weights);
  const known = referenceOf(reference, STUDY, rows.studyPairs);
  const count = rows.studyPairs.rows / 2;
  const random = RandomStream.of(1, 'study batches');
  const draw = (): number[] => Array.from({ length: STUDY_BATCH }, () => random.integer(count));
  return {
    offline: () => {
      const pairs = draw();
      const ratios = Float32Array.from([...pairs, ...pairs.map((pair) => count + pair)], (row) => known[row] ?? 0);
      offline.ipoStep(pairRows(rows.studyPairs, pairs), ratios);
    },
    online: () => {
      const prompts = draw();
      const samples = plainSample(online.weights, STUDY, takeRows(rows.studyPairs, [...prompts, ...prompts]), random);
      const scores = valuesOf(() => plainScores(judge, models.judge.shape, samples));
      const winners = prompts.map((_, i) => ((scores[i] ?? 0) > (scores[STUDY_BATCH + i] ?? 0) ? i : STUDY_BATCH + i));
      const labelled = takeRows(samples, [...winners, ...winners.map((row) => (row + STUDY_BATCH) % (2 * STUDY_BATCH))]);
      online.ipoStep(labelled, referenceOf(reference, STUDY, labelled));
    },
  };
}
