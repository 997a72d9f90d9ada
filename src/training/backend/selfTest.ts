/** A tiny model with known answers: a backend that gets them wrong must not train anything. */
import { RandomStream } from '../../core/random';
import { preferenceLoss } from '../objectives/registry';
import { createAdam } from '../optimiser/adam';
import { lossAndGradients } from '../optimiser/gradientStep';
import { sequenceLogProbabilities } from '../policy/logProbabilities';
import { sampleResponses } from '../policy/sampler';
import { scoreRows } from '../policy/score';
import type { TransformerShape } from '../policy/shape';
import { createWeights, disposeWeights, weightsToBuffers } from '../policy/weights';
import { END, PAD, SEPARATOR } from '../rows';
import type { TokenRows } from '../rows';
import expected from './selfTest.json';
import { tf } from './tensorflow';

/** Nothing in it is a multiple of four: kernels with careless tails fail here and not in a run. */
export const SELF_TEST_SHAPE: TransformerShape = { width: 6, layers: 2, heads: 2, feedForward: 9, vocabulary: 11, promptLength: 3, responseLength: 4, scalarHead: true, promptMatch: true };

export const SELF_TEST_ROWS: TokenRows = {
  rows: 4,
  promptLength: 3,
  responseLength: 4,
  tokens: Int32Array.from([
    [3, 4, 5, SEPARATOR, 5, 9, 3, END],
    [PAD, 7, 7, SEPARATOR, 7, 10, END, PAD],
    [8, 3, 10, SEPARATOR, 6, 6, 8, 4],
    [5, 9, 4, SEPARATOR, END, PAD, PAD, PAD],
  ].flat()),
};

export interface SelfTestValues {
  readonly loss: number;
  /** Σ_i gradient_i · cos(i + 1) by weight: one number that any wrong entry moves. */
  readonly gradients: Readonly<Record<string, number>>;
}

const TOLERANCE = 1e-4;

export function selfTestValues(): SelfTestValues {
  const weights = createWeights(SELF_TEST_SHAPE, RandomStream.of(1, 'self-test'));
  const { value, gradients } = lossAndGradients(() => {
    const logProbabilities = sequenceLogProbabilities(weights, SELF_TEST_SHAPE, SELF_TEST_ROWS);
    const half = SELF_TEST_ROWS.rows / 2;
    const ratios = { chosen: tf.slice(logProbabilities, 0, half), rejected: tf.slice(logProbabilities, half, half) };
    return tf.add<tf.Scalar>(preferenceLoss('ipo', ratios, 0.1), tf.sum(scoreRows(weights, SELF_TEST_SHAPE, SELF_TEST_ROWS)));
  }, weights);
  const signatures = Object.entries(gradients).map(([name, gradient]) => [name, signature(gradient.dataSync<'float32'>())] as const);
  tf.dispose(gradients);
  disposeWeights(weights);
  return { loss: value, gradients: Object.fromEntries(signatures) };
}

export const signature = (values: Float32Array): number => values.reduce((sum, value, i) => sum + value * Math.cos(i + 1), 0);

/** @throws Error naming the first value that differs from the stored one by more than 10⁻⁴ (relative to values above 1). */
export function runSelfTest(values: SelfTestValues = selfTestValues()): void {
  compare('loss', values.loss, expected.loss);
  for (const [name, value] of Object.entries(expected.gradients)) compare(`gradient of ${name}`, values.gradients[name] ?? Number.NaN, value);
}

/** All that a backend does in training: besides loss and gradients, a step of the optimiser and sampling. @throws as `runSelfTest` */
export function runBackendSelfTest(): void {
  runSelfTest();
  compare('the sum of the weights after a step of Adam', steppedWeights(), expected.stepped);
  const sampled = sampledTokens();
  expected.sampled.forEach((token, i) => { compare(`sampled token ${i}`, sampled[i] ?? Number.NaN, token); });
}

/** The gradient is the weights themselves: nothing but the optimiser is tried. */
export function steppedWeights(): number {
  const weights = createWeights(SELF_TEST_SHAPE, RandomStream.of(1, 'self-test'));
  const adam = createAdam(weights, { warmUpSteps: 1, weightDecay: 0.1 });
  for (let step = 0; step < 2; step += 1) adam.step(weights, 0.1);
  const sum = Object.values(weightsToBuffers(weights)).reduce((total, values) => total + signature(values), 0);
  adam.dispose();
  disposeWeights(weights);
  return sum;
}

/** Responses to the test's prompts; a policy is told of no matches with them. */
export function sampledTokens(): number[] {
  const shape: TransformerShape = { ...SELF_TEST_SHAPE, scalarHead: false, promptMatch: false };
  const weights = createWeights(shape, RandomStream.of(1, 'self-test'));
  const { tokens } = sampleResponses(weights, shape, SELF_TEST_ROWS, RandomStream.of(1, 'self-test noise'));
  disposeWeights(weights);
  return Array.from(tokens);
}

function compare(what: string, value: number, wanted: number): void {
  // Written so that NaN fails too.
  if (!(Math.abs(value - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted)))) {
    throw new Error(`the self-test failed: ${what} is ${value}, should be ${wanted}`);
  }
}
