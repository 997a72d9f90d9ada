/**
 * The one file of the benchmark that calls the training engine: whatever replaces these functions is measured by changing
 * this file and nothing else.
 */
import { BACKENDS } from '../../../src/core/experiment/config';
import { RandomStream } from '../../../src/core/random';
import { startBackend } from '../../../src/training/backend/start';
import { languageModelProgram } from '../../../src/training/objectives/languageModel';
import { createTrainer, type Trainer } from '../../../src/training/optimiser/trainer';
import { responseFeeds, sequenceLogProbabilitiesOf } from '../../../src/training/policy/logProbabilities';
import { sampleResponses } from '../../../src/training/policy/sampler';
import { weightsFromBuffers, type TransformerWeights } from '../../../src/training/policy/weights';
import { learnedModel } from '../../../src/training/preference/model';
import { takeRows, type PreferencePairs, type TokenRows } from '../../../src/training/rows';
import type { BatchSource } from '../../../src/training/sources/batch';
import { offlineBatches } from '../../../src/training/sources/offline';
import { onlineBatches } from '../../../src/training/sources/online';
import { policyProgram, updatePolicy } from '../../../src/training/run/update';
import { BETA, LEARNING_RATE, STUDY_BATCH, YARDSTICK, YARDSTICK_TEXT } from '../workloads';
import type { Call, Computed, Engine } from './contract';
import type { Fixture, FixtureModel } from './fixture';

/** Starts our engine on one of its backends. @throws Error saying why that backend cannot be used. */
export async function startOurs(backend: string, fixture: Fixture): Promise<Engine> {
  const known = BACKENDS.find((name) => name === backend);
  if (!known) throw new Error(`this version of the training engine has no backend called ${backend}`);
  const { kernels, version } = await startBackend(known);
  return { kernels, versions: { tfjs: version }, compute: () => compute(fixture), calls: workloads(fixture) };
}

const rowsFrom = (rows: TokenRows, from: number, count: number): TokenRows => takeRows(rows, Int32Array.from({ length: count }, (_, i) => from + i));
const pairsOf = (rows: TokenRows): PreferencePairs => ({ chosen: rowsFrom(rows, 0, rows.rows / 2), rejected: rowsFrom(rows, rows.rows / 2, rows.rows / 2) });
const weightsOf = ({ shape, weights }: FixtureModel): TransformerWeights => weightsFromBuffers(shape, weights);

function languageModelSteps(model: FixtureModel, rows: TokenRows): () => Promise<number> {
  const trainer = createTrainer({ program: languageModelProgram(YARDSTICK_TEXT, 'token'), weights: weightsOf(model) });
  return async () => (await trainer.step(responseFeeds(YARDSTICK_TEXT, rows), LEARNING_RATE)).loss;
}

/** The reference policy reads the pairs within the step. */
function ipoSteps(policy: FixtureModel, reference: FixtureModel, pairs: PreferencePairs): () => Promise<number> {
  const trainer = policyTrainer(policy, weightsOf(reference));
  return async () => (await updatePolicy(trainer, { shape: policy.shape, objective: 'ipo' }, { pairs, labels: 0 }, LEARNING_RATE)).loss;
}

const policyTrainer = (policy: FixtureModel, reference?: TransformerWeights): Trainer =>
  createTrainer({ program: policyProgram({ shape: policy.shape, objective: 'ipo', beta: BETA, ...(reference ? { reference } : {}) }), weights: weightsOf(policy) });

/** Left to the end of the process: trainers and weights are made once. */
async function compute({ models, rows }: Fixture): Promise<Computed> {
  const all = pairsOf(rows.studyPairs);
  const few = { chosen: rowsFrom(all.chosen, 0, STUDY_BATCH), rejected: rowsFrom(all.rejected, 0, STUDY_BATCH) };
  const three = async (step: () => Promise<number>): Promise<number[]> => [await step(), await step(), await step()];
  const greedy = sampleResponses(weightsOf(models.yardstick), YARDSTICK, rowsFrom(rows.prompts, 0, rows.text.rows), RandomStream.of(1, 'greedy'), { temperature: 0 });
  return {
    losses: {
      lm: await three(languageModelSteps(models.yardstick, rows.text)),
      ipo: await three(ipoSteps(models.yardstick, models.yardstickReference, pairsOf(rows.pairs))),
      study: await three(ipoSteps(models.study, models.studyReference, few)),
    },
    greedy: Array.from(greedy.tokens),
    scores: Array.from(learnedModel(weightsOf(models.judge), models.judge.shape).scores(rowsFrom(rows.studyPairs, 0, rows.text.rows))),
    known: Array.from(sequenceLogProbabilitiesOf(weightsOf(models.studyReference), models.study.shape, few.chosen)),
  };
}

function workloads({ models, rows }: Fixture): Engine['calls'] {
  const sampler = weightsOf(models.yardstick);
  const noise = RandomStream.of(1, 'noise');
  const few = rowsFrom(rows.prompts, 0, rows.text.rows);
  return {
    lm: languageModelSteps(models.yardstick, rows.text),
    ipo: ipoSteps(models.yardstick, models.yardstickReference, pairsOf(rows.pairs)),
    sample64: () => sampleResponses(sampler, YARDSTICK, few, noise),
    sample256: () => sampleResponses(sampler, YARDSTICK, rows.prompts, noise),
    offline: offlineTraining(models.study, models.studyReference, rows.studyPairs),
    online: onlineTraining({ policy: models.study, reference: models.studyReference, judge: models.judge }, rows.studyPairs),
  };
}

function offlineTraining(policy: FixtureModel, reference: FixtureModel, rows: TokenRows): Call {
  return trainerSteps(policy, offlineBatches({ shape: policy.shape, reference: weightsOf(reference), pairs: pairsOf(rows), batchSize: STUDY_BATCH, seed: 1 }));
}

export interface OnlineModels { readonly policy: FixtureModel; readonly reference: FixtureModel; readonly judge: FixtureModel }

/** One call is one step of the online arm: responses sampled and judged, reference log-probabilities, gradient step. */
export function onlineTraining({ policy, reference, judge }: OnlineModels, prompts: TokenRows): Call {
  const { shape } = policy;
  return trainerSteps(policy, onlineBatches({ shape, reference: weightsOf(reference), prompts, judge: learnedModel(weightsOf(judge), judge.shape), batchSize: STUDY_BATCH, seed: 1 }));
}

/** What the trainer does between two checkpoints (src/training/run/policyRun.ts). */
function trainerSteps(policy: FixtureModel, source: BatchSource): Call {
  const trainer = policyTrainer(policy);
  let step = 0;
  return async () => {
    await updatePolicy(trainer, { shape: policy.shape, objective: 'ipo' }, source.batch(step, trainer.weights), LEARNING_RATE);
    step += 1;
  };
}
