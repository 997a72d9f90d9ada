/** Our engine against the obvious way, on this machine: ratios, because milliseconds depend on what else it is doing. */
import { RandomStream } from '../../src/core/random';
import { startBackend } from '../../src/training/backend/start';
import { tf } from '../../src/training/backend/tensorflow';
import { startWasm, withoutOverrides } from '../../src/training/backend/wasm';
import { ipoLoss } from '../../src/training/objectives/ipo';
import { createAdam } from '../../src/training/optimiser/adam';
import { gradientStep } from '../../src/training/optimiser/gradientStep';
import { sequenceLogProbabilities } from '../../src/training/policy/logProbabilities';
import { drawToken, sampleResponses } from '../../src/training/policy/sampler';
import type { TransformerShape } from '../../src/training/policy/shape';
import { createWeights } from '../../src/training/policy/weights';
import type { TransformerWeights } from '../../src/training/policy/weights';
import type { TokenRows } from '../../src/training/rows';
import { FIRST_FREE_TOKEN, SEPARATOR, rowLength } from '../../src/training/rows';
import { plainSample, plainSequenceLogProbabilities } from './plain/transformer';

/** The default policy on the built-in task: 32 prompts, a pair each. */
const SHAPE: TransformerShape = { width: 32, layers: 2, heads: 2, feedForward: 64, vocabulary: 32, promptLength: 6, responseLength: 16 };
const ROWS = 64;

type LogProbabilities = typeof sequenceLogProbabilities;

interface Row { readonly what: string; readonly plain: number; readonly ours: number }

function batch(): TokenRows {
  const random = RandomStream.of(1, 'rows');
  const length = rowLength(SHAPE);
  const token = (i: number): number => (i % length === SHAPE.promptLength ? SEPARATOR : FIRST_FREE_TOKEN + random.integer(SHAPE.vocabulary - FIRST_FREE_TOKEN));
  return { rows: ROWS, promptLength: SHAPE.promptLength, responseLength: SHAPE.responseLength, tokens: Int32Array.from({ length: ROWS * length }, (_, i) => token(i)) };
}

function loss(weights: TransformerWeights, rows: TokenRows, of: LogProbabilities): tf.Scalar {
  const values = of(weights, SHAPE, rows);
  return ipoLoss(tf.slice(values, 0, ROWS / 2), tf.slice(values, ROWS / 2, ROWS / 2), 0.1);
}

/** Processor milliseconds a call (user and system), after three calls that compile. */
function cost(calls: number, f: () => void): number {
  for (let i = 0; i < 3; i += 1) f();
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i += 1) f();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / calls;
}

function plainCosts(calls: number): { step: number; sample: number; loss: number } {
  const weights = createWeights(SHAPE, RandomStream.of(1, 'weights'));
  const rows = batch();
  const first = tf.tidy(() => loss(weights, rows, plainSequenceLogProbabilities).dataSync<'float32'>()[0] ?? 0);
  const adam = tf.train.adam(1e-3, 0.9, 0.99);
  const step = cost(calls, () => adam.minimize(() => loss(weights, rows, plainSequenceLogProbabilities), true)?.dispose());
  const noise = RandomStream.of(1, 'noise');
  const sample = cost(Math.max(1, calls / 5), () => plainSample(weights, SHAPE, rows, (logits) => drawToken(logits, noise.uniform(), 1)));
  return { step, sample, loss: first };
}

function ourCosts(calls: number): { step: number; sample: number; loss: number } {
  const weights = createWeights(SHAPE, RandomStream.of(1, 'weights'));
  const rows = batch();
  const first = tf.tidy(() => loss(weights, rows, sequenceLogProbabilities).dataSync<'float32'>()[0] ?? 0);
  const adam = createAdam(weights);
  const step = cost(calls, () => void gradientStep(() => loss(weights, rows, sequenceLogProbabilities), weights, adam, 1e-3));
  const noise = RandomStream.of(1, 'noise');
  const sample = cost(calls, () => void sampleResponses(weights, SHAPE, rows, noise));
  return { step, sample, loss: first };
}

async function main(): Promise<void> {
  await startWasm();
  withoutOverrides();
  const plain = plainCosts(10);
  await startBackend('wasm');
  const ours = ourCosts(40);
  if (Math.abs(plain.loss - ours.loss) > 1e-3 * Math.abs(plain.loss)) throw new Error(`The two models differ: loss ${plain.loss} and ${ours.loss}.`);
  const table: Row[] = [
    { what: `IPO gradient step, ${ROWS} rows`, plain: plain.step, ours: ours.step },
    { what: `sampling ${ROWS} × ${SHAPE.responseLength} tokens`, plain: plain.sample, ours: ours.sample },
  ];
  console.log('processor milliseconds on the wasm backend'.padEnd(44), 'plain'.padStart(9), 'ours'.padStart(9), 'ratio'.padStart(9));
  for (const row of table) console.log(row.what.padEnd(44), row.plain.toFixed(1).padStart(9), row.ours.toFixed(1).padStart(9), `${(row.plain / row.ours).toFixed(1)}×`.padStart(9));
}

void main();
