/**
 * The one file of the benchmark that calls the training engine: whatever replaces these functions is measured by changing
 * this file and nothing else.
 */
import { RandomStream } from '../../../src/core/random';
import { STARTERS, startBackend, type BackendPreference } from '../../../src/training/backend/start';
import { languageModelLoss } from '../../../src/training/objectives/languageModel';
import { createAdam } from '../../../src/training/optimiser/adam';
import { gradientStep } from '../../../src/training/optimiser/gradientStep';
import { sequenceLogProbabilities, sequenceLogProbabilitiesOf } from '../../../src/training/policy/logProbabilities';
import { sampleResponses } from '../../../src/training/policy/sampler';
import type { TransformerShape } from '../../../src/training/policy/shape';
import { disposeWeights, weightsFromBuffers, type TransformerWeights } from '../../../src/training/policy/weights';
import { learnedModel } from '../../../src/training/preference/model';
import type { PreferencePairs, TokenRows } from '../../../src/training/rows';
import { takeRows } from '../../../src/training/rows';
import { offlineBatches, onlineBatches, type BatchSource, type LabelledBatch } from '../../../src/training/run/batches';
import { updatePolicy, type Learner } from '../../../src/training/run/update';
import { BETA, LEARNING_RATE, ROWS, STUDY, STUDY_BATCH, YARDSTICK, YARDSTICK_TEXT } from '../workloads';
import type { Computed, Engine } from './contract';
import type { Fixture, FixtureModel } from './fixture';

/** Starts our engine on one of its backends. @throws Error saying why that backend cannot be used. */
export async function startOurs(backend: string, fixture: Fixture): Promise<Engine> {
  if (!Object.hasOwn(STARTERS, backend)) throw new Error(`this version of the training engine has no backend called ${backend}`);
  const { kernels, version } = await startBackend(backend as BackendPreference);
  return { kernels, versions: { tfjs: version }, compute: () => compute(fixture), calls: workloads(fixture) };
}

const firstRows = (rows: TokenRows, count: number, from = 0): TokenRows => takeRows(rows, Int32Array.from({ length: count }, (_, i) => from + i));
const pairsOf = (rows: TokenRows): PreferencePairs => ({ chosen: firstRows(rows, rows.rows / 2), rejected: firstRows(rows, rows.rows / 2, rows.rows / 2) });
const weightsOf = ({ shape, weights }: FixtureModel): TransformerWeights => weightsFromBuffers(shape, weights);

function learnerOf(model: FixtureModel): Learner {
  const weights = weightsOf(model);
  return { weights, adam: createAdam(weights) };
}

const languageModelStep = ({ weights, adam }: Learner, rows: TokenRows): number =>
  gradientStep(() => languageModelLoss(sequenceLogProbabilities(weights, YARDSTICK_TEXT, rows), rows), weights, adam, LEARNING_RATE).loss;

/** The reference policy reads the pairs anew, as it must when they are fresh. */
function yardstickIpoStep(learner: Learner, reference: TransformerWeights, rows: TokenRows): number {
  const logProbabilities = sequenceLogProbabilitiesOf(reference, YARDSTICK, rows);
  const half = rows.rows / 2;
  const batch: LabelledBatch = { pairs: pairsOf(rows), referenceChosen: logProbabilities.subarray(0, half), referenceRejected: logProbabilities.subarray(half), labels: 0 };
  return preferenceStep(learner, YARDSTICK, batch);
}

const preferenceStep = (learner: Learner, shape: TransformerShape, batch: LabelledBatch): number =>
  updatePolicy(learner, batch, { shape, objective: 'ipo', beta: BETA, learningRate: LEARNING_RATE }).loss;

function compute({ models, rows }: Fixture): Computed {
  const [text, ipo, study] = [learnerOf(models.yardstick), learnerOf(models.yardstick), learnerOf(models.study)];
  const [reference, studyReference, judge] = [weightsOf(models.yardstickReference), weightsOf(models.studyReference), weightsOf(models.judge)];
  const pairs = pairsOf(rows.studyPairs);
  const first = { chosen: firstRows(pairs.chosen, STUDY_BATCH), rejected: firstRows(pairs.rejected, STUDY_BATCH) };
  const batch: LabelledBatch = {
    pairs: first,
    referenceChosen: sequenceLogProbabilitiesOf(studyReference, STUDY, first.chosen),
    referenceRejected: sequenceLogProbabilitiesOf(studyReference, STUDY, first.rejected),
    labels: 0,
  };
  const greedy = sampleResponses(text.weights, YARDSTICK, firstRows(rows.prompts, ROWS), RandomStream.of(1, 'greedy'), { temperature: 0 });
  const scores = learnedModel(judge, models.judge.shape).scores(firstRows(rows.studyPairs, ROWS));
  const three = (step: () => number): number[] => [step(), step(), step()];
  const computed = {
    losses: { lm: three(() => languageModelStep(text, rows.text)), ipo: three(() => yardstickIpoStep(ipo, reference, rows.pairs)), study: three(() => preferenceStep(study, STUDY, batch)) },
    greedy: Array.from(greedy.tokens),
    scores: Array.from(scores),
  };
  for (const weights of [text.weights, ipo.weights, study.weights, reference, studyReference, judge]) disposeWeights(weights);
  return computed;
}

function workloads({ models, rows }: Fixture): Engine['calls'] {
  const [text, ipo] = [learnerOf(models.yardstick), learnerOf(models.yardstick)];
  const [sampler, reference] = [weightsOf(models.yardstick), weightsOf(models.yardstickReference)];
  const noise = RandomStream.of(1, 'noise');
  const few = firstRows(rows.prompts, ROWS);
  return {
    lm: () => void languageModelStep(text, rows.text),
    ipo: () => void yardstickIpoStep(ipo, reference, rows.pairs),
    sample64: () => void sampleResponses(sampler, YARDSTICK, few, noise),
    sample256: () => void sampleResponses(sampler, YARDSTICK, rows.prompts, noise),
    offline: offlineTraining(models.study, models.studyReference, rows.studyPairs),
    online: onlineTraining({ policy: models.study, reference: models.studyReference, judge: models.judge }, rows.studyPairs),
  };
}

function offlineTraining(policy: FixtureModel, reference: FixtureModel, rows: TokenRows): () => void {
  return trainerSteps(policy, offlineBatches({ shape: policy.shape, reference: weightsOf(reference), pairs: pairsOf(rows), batchSize: STUDY_BATCH, seed: 1 }));
}

export interface OnlineModels { readonly policy: FixtureModel; readonly reference: FixtureModel; readonly judge: FixtureModel }

/** One call is one step of the online arm: responses sampled and judged, reference log-probabilities, gradient step. */
export function onlineTraining({ policy, reference, judge }: OnlineModels, prompts: TokenRows): () => void {
  const { shape } = policy;
  return trainerSteps(policy, onlineBatches({ shape, reference: weightsOf(reference), prompts, judge: learnedModel(weightsOf(judge), judge.shape), batchSize: STUDY_BATCH, seed: 1 }));
}

/** What the trainer does between two checkpoints. */
function trainerSteps(policy: FixtureModel, source: BatchSource): () => void {
  const learner = learnerOf(policy);
  let step = 0;
  return () => {
    preferenceStep(learner, policy.shape, source.batch(step, learner.weights));
    step += 1;
  };
}
