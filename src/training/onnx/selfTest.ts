/** The tiny model with known answers (`backend/selfTest.ts`) as a recorded graph: a runtime that gets them wrong must not train anything. */
import { runSelfTest, SELF_TEST_ROWS, SELF_TEST_SHAPE, signature, type SelfTestValues } from '../backend/selfTest';
import { tf } from '../backend/tensorflow';
import { RandomStream } from '../../core/random';
import { preferenceLoss } from '../objectives/registry';
import type { Feeds, FeedTensors, LossProgram } from '../optimiser/program';
import { responseFeeds, sequenceLogProbabilitiesFrom } from '../policy/logProbabilities';
import { scoreFeeds, scoreRowsFrom } from '../policy/score';
import { createWeights, disposeWeights } from '../policy/weights';
import { createSession, type OnnxRuntime } from './runtime';
import { feedName, recordGradients } from './step/record';

const SCORED = 'scored ';

const prefixed = (feeds: Feeds): Feeds => Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [`${SCORED}${name}`, feed]));
const withoutPrefix = (feeds: FeedTensors): FeedTensors =>
  Object.fromEntries(Object.entries(feeds).flatMap(([name, feed]) => (name.startsWith(SCORED) ? [[name.slice(SCORED.length), feed] as const] : [])));

const PROGRAM: LossProgram = {
  name: 'self-test',
  loss: (weights, feeds) => {
    const [chosen, rejected] = tf.split(sequenceLogProbabilitiesFrom(weights, SELF_TEST_SHAPE, feeds), 2) as [tf.Tensor1D, tf.Tensor1D];
    const scores = scoreRowsFrom(weights, SELF_TEST_SHAPE, withoutPrefix(feeds));
    return tf.add<tf.Scalar>(preferenceLoss('ipo', { chosen, rejected }, 0.1), tf.sum(scores));
  },
};

/** @throws Error naming the first value that is wrong. */
export async function selfTestRuntime(runtime: OnnxRuntime): Promise<void> {
  const weights = createWeights(SELF_TEST_SHAPE, RandomStream.of(1, 'self-test'));
  const feeds = { ...responseFeeds(SELF_TEST_SHAPE, SELF_TEST_ROWS), ...prefixed(scoreFeeds(SELF_TEST_SHAPE, SELF_TEST_ROWS)) };
  try {
    const { loss, gradients } = await gradientsBy(runtime, PROGRAM, weights, feeds);
    const signatures: SelfTestValues['gradients'] = Object.fromEntries(Object.entries(gradients).map(([name, values]) => [name, signature(values)]));
    runSelfTest({ loss, gradients: signatures });
  } finally {
    disposeWeights(weights);
  }
}

/** Loss and gradients of a program, by the runtime; weights that the loss does not depend on have none. */
export async function gradientsBy(runtime: OnnxRuntime, program: LossProgram, weights: ReturnType<typeof createWeights>, feeds: Feeds): Promise<{ readonly loss: number; readonly gradients: Readonly<Record<string, Float32Array>> }> {
  const { model, trained, outputs } = await recordGradients(program, weights, feeds);
  const tensor = (dtype: 'float32' | 'int32', values: Float32Array | Int32Array, shape: readonly number[]) => new runtime.Tensor(dtype, values, shape);
  const size = trained.reduce((sum, weight) => sum + weight.size, 0);
  const parameters = new Float32Array(size);
  let at = 0;
  for (const { name, size: length } of trained) {
    parameters.set(weights[name]?.dataSync<'float32'>() ?? [], at);
    at += length;
  }
  const inputs = Object.fromEntries(Object.entries(feeds).map(([name, { dtype, values, shape }]) => [feedName(name), tensor(dtype, values, shape)]));
  const [loss, gradient] = [new Float32Array(1), new Float32Array(size)];
  const session = await createSession(runtime, model);
  await session.run({ ...inputs, parameters: tensor('float32', parameters, [size]) }, { [outputs.scalars]: tensor('float32', loss, [1]), [outputs.gradient]: tensor('float32', gradient, [size]) });
  await session.release();
  at = 0;
  return { loss: loss[0] ?? Number.NaN, gradients: Object.fromEntries(trained.map(({ name, size: length }) => [name, gradient.slice(at, (at += length))])) };
}
