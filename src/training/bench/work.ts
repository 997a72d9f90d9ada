/**
 * The real work of training as single steps: the only file of the benchmark that calls what it measures. Weights are fresh and
 * rows come from the task itself, so that shapes and response lengths are those of the study and no stage is needed first.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { RandomStream } from '../../core/random';
import { languageModelProgram } from '../objectives/languageModel';
import { createTrainer } from '../optimiser/trainer';
import { tokenExactKl } from '../policy/kl';
import { responseFeeds, sequenceLogProbabilitiesOf } from '../policy/logProbabilities';
import { sampleResponses } from '../policy/sampler';
import { scoreFeeds, scoresOf } from '../policy/score';
import { parameterCount, type TransformerShape } from '../policy/shape';
import { createWeights } from '../policy/weights';
import { preferenceShapeOf } from '../preference/model';
import { preferenceTrainer, takePairs } from '../preference/train';
import { concatRows, takeRows, type PreferencePairs, type TokenRows } from '../rows';
import { FRESH, NOTHING_PENDING, saveState } from '../run/savedState';
import { policyProgram, updatePolicy } from '../run/update';
import { GOLDEN_TRAINING } from '../stages/golden';
import { PROXY_TRAINING } from '../stages/proxy';
import type { Step } from './timer';

const PREFERENCE = { golden: GOLDEN_TRAINING, proxy: PROXY_TRAINING };

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
  const trainer = createTrainer({ program: languageModelProgram(shape), weights: createWeights(shape, random('weights')) });
  return async () => void (await trainer.step(responseFeeds(shape, rows), RATE));
}

/** One step of a preference model. */
export function preferenceStep(policy: TransformerShape, pairs: PreferencePairs, which: keyof typeof PREFERENCE): Step {
  const shape = preferenceShapeOf(policy);
  const trainer = preferenceTrainer(createWeights(shape, random('preference')), shape, PREFERENCE[which]);
  const batch = drawPairs(pairs, PREFERENCE[which].batchPairs);
  return async () => void (await trainer.step(scoreFeeds(shape, concatRows(batch.chosen, batch.rejected)), RATE));
}

/** One IPO step of the policy on `batchSize` labelled pairs. */
export function updateStep(shape: TransformerShape, pairs: PreferencePairs, batchSize: number): Step {
  const weights = createWeights(shape, random('weights'));
  const trainer = createTrainer({ program: policyProgram({ shape, objective: 'ipo', beta: BETA }), weights });
  const batch = drawPairs(pairs, batchSize);
  const reference = { chosen: sequenceLogProbabilitiesOf(weights, shape, batch.chosen), rejected: sequenceLogProbabilitiesOf(weights, shape, batch.rejected) };
  return async () => void (await updatePolicy(trainer, { shape, objective: 'ipo' }, { pairs: batch, reference, labels: 0 }, RATE));
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
  const shape = preferenceShapeOf(policy);
  const weights = createWeights(shape, random('preference'));
  return () => void scoresOf(weights, shape, rows);
}

/** A checkpoint, written and taken away again. */
export function saveStep(shape: TransformerShape): Step {
  const weights = createWeights(shape, random('weights'));
  const size = parameterCount(shape);
  const optimiser = { steps: 0, first: new Float32Array(size), second: new Float32Array(size) };
  return () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'alignment-gap-bench-'));
    try {
      saveState(folder, { weights, optimiser, counters: FRESH, pending: NOTHING_PENDING });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}
