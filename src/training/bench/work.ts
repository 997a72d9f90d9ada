/**
 * The real work of training as single steps: the only file of the benchmark that calls what it measures. Weights are fresh and
 * rows come from the task itself, so that shapes and response lengths are those of the study and no stage is needed first.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { RandomStream } from '../../core/random';
import { bradleyTerryLoss } from '../objectives/bradleyTerry';
import { languageModelLoss } from '../objectives/languageModel';
import { createAdam } from '../optimiser/adam';
import { gradientStep } from '../optimiser/gradientStep';
import { tokenExactKl } from '../policy/kl';
import { sequenceLogProbabilities, sequenceLogProbabilitiesOf } from '../policy/logProbabilities';
import { sampleResponses } from '../policy/sampler';
import { scoreRows, scoresOf } from '../policy/score';
import type { TransformerShape } from '../policy/shape';
import { copyWeights, createWeights, type TransformerWeights } from '../policy/weights';
import { takePairs } from '../preference/train';
import { tf } from '../backend/tensorflow';
import { concatRows, takeRows, type PreferencePairs, type TokenRows } from '../rows';
import { FRESH, saveState } from '../run/savedState';
import { updatePolicy } from '../run/update';
import type { Step } from './timer';

/** As in src/training/stages: sft.ts, proxy.ts, golden.ts. */
export const SFT_ROWS = 128;
export const PREFERENCE_PAIRS = { golden: 32, proxy: 64 } as const;
const preferenceShape = (policy: TransformerShape): TransformerShape => ({ ...policy, layers: 1, scalarHead: true, pool: 'sum', promptMatch: true });

/** A small rate: the steps are real ones, and must not end in weights that are no numbers. */
const RATE = 1e-4;
const BETA = 0.1;

const random = (purpose: string): RandomStream => RandomStream.of(1, `bench ${purpose}`);

/** `count` rows, drawn with replacement: a batch may ask for more than the file has. */
export function drawRows(rows: TokenRows, count: number): TokenRows {
  const stream = random('rows');
  return takeRows(rows, Int32Array.from({ length: count }, () => stream.integer(rows.rows)));
}

function drawPairs(pairs: PreferencePairs, count: number): PreferencePairs {
  const stream = random('pairs');
  return takePairs(pairs, Int32Array.from({ length: count }, () => stream.integer(pairs.chosen.rows)));
}

/** One maximum-likelihood step of the policy. */
export function languageModelStep(shape: TransformerShape, rows: TokenRows): Step {
  const weights = createWeights(shape, random('weights'));
  const adam = createAdam(weights);
  return () => void gradientStep(() => languageModelLoss(sequenceLogProbabilities(weights, shape, rows), rows, 'sequence'), weights, adam, RATE);
}

/** One step of a preference model. */
export function preferenceStep(policy: TransformerShape, pairs: PreferencePairs, which: keyof typeof PREFERENCE_PAIRS): Step {
  const shape = preferenceShape(policy);
  const weights = createWeights(shape, random('preference'));
  const adam = createAdam(weights, { weightDecay: 0.3, clipNorm: 5 });
  const batch = drawPairs(pairs, PREFERENCE_PAIRS[which]);
  return () => void gradientStep(() => {
    const [chosen, rejected] = tf.split(scoreRows(weights, shape, concatRows(batch.chosen, batch.rejected)), 2);
    return bradleyTerryLoss(chosen as tf.Tensor1D, rejected as tf.Tensor1D);
  }, weights, adam, RATE);
}

/** One IPO step of the policy on `batchSize` labelled pairs. */
export function updateStep(shape: TransformerShape, pairs: PreferencePairs, batchSize: number): Step {
  const weights = createWeights(shape, random('weights'));
  const learner = { weights, adam: createAdam(weights) };
  const batch = drawPairs(pairs, batchSize);
  const [referenceChosen, referenceRejected] = [sequenceLogProbabilitiesOf(weights, shape, batch.chosen), sequenceLogProbabilitiesOf(weights, shape, batch.rejected)];
  const settings = { shape, objective: 'ipo', beta: BETA, learningRate: RATE } as const;
  return () => void updatePolicy(learner, { pairs: batch, referenceChosen, referenceRejected, labels: 0 }, settings);
}

/** One response to each of `prompts`, of at most `positions` tokens: fresh weights rarely end one, a trained policy does. */
export function samplingStep(shape: TransformerShape, prompts: TokenRows, positions: number): Step {
  const weights = createWeights(shape, random('weights'));
  const noise = random('noise');
  const shortened = shorten(prompts, positions);
  return () => void sampleResponses(weights, shape, shortened, noise);
}

/** The rows with room for `positions` response tokens only. */
export function shorten(rows: TokenRows, positions: number): TokenRows {
  const { promptLength, responseLength } = rows;
  const [from, to] = [promptLength + 1 + responseLength, promptLength + 1 + positions];
  const tokens = new Int32Array(rows.rows * to);
  for (let row = 0; row < rows.rows; row += 1) tokens.set(rows.tokens.subarray(row * from, row * from + to), row * to);
  return { ...rows, responseLength: positions, tokens };
}

export function forwardStep(shape: TransformerShape, rows: TokenRows): Step {
  const weights = createWeights(shape, random('weights'));
  return () => void sequenceLogProbabilitiesOf(weights, shape, rows);
}

export function klStep(shape: TransformerShape, rows: TokenRows): Step {
  const weights = createWeights(shape, random('weights'));
  const reference = createWeights(shape, random('reference'));
  return () => void tokenExactKl(weights, reference, shape, rows);
}

/** The verdicts of a learnt preference model. */
export function scoreStep(policy: TransformerShape, rows: TokenRows): Step {
  const shape = preferenceShape(policy);
  const weights = createWeights(shape, random('preference'));
  return () => void scoresOf(weights, shape, rows);
}

/** A checkpoint, written and taken away again. */
export function saveStep(shape: TransformerShape): Step {
  const weights: TransformerWeights = createWeights(shape, random('weights'));
  const learner = { weights: copyWeights(weights), adam: createAdam(weights) };
  return () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'alignment-gap-bench-'));
    try {
      saveState(folder, { learner, counters: FRESH, pendingLosses: [] });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}
