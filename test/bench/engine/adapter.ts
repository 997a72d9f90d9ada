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
  return updatePolicy(learner, batch, { shape: YARDSTICK, objective: 'ipo', beta: BETA, learningRate: LEARNING_RATE }).loss;
}

const studyStep = (learner: Learner, batch: LabelledBatch): number =>
  updatePolicy(learner, batch, { shape: STUDY, objective: 'ipo', beta: BETA, learningRate: LEARNING_RATE }).loss;

const common = (reference: TransformerWeights) => ({ shape: STUDY, reference, batchSize: STUDY_BATCH, seed: 1 });

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
    losses: { lm: three(() => languageModelStep(text, rows.text)), ipo: three(() => yardstickIpoStep(ipo, reference, rows.pairs)), study: three(() => studyStep(study, batch)) },
    greedy: Array.from(greedy.tokens),
    scores: Array.from(scores),
  };
  for (const weights of [text.weights, ipo.weights, study.weights, reference, studyReference, judge]) disposeWeights(weights);
  return computed;
}

function workloads({ models, rows }: Fixture): Engine['calls'] {
  const [text, ipo, offline, online] = [learnerOf(models.yardstick), learnerOf(models.yardstick), learnerOf(models.study), learnerOf(models.study)];
  const [sampler, reference, studyReference] = [weightsOf(models.yardstick), weightsOf(models.yardstickReference), weightsOf(models.studyReference)];
  const pairs = pairsOf(rows.studyPairs);
  const offlineSource = offlineBatches({ ...common(studyReference), pairs });
  const onlineSource = onlineBatches({ ...common(studyReference), prompts: pairs.chosen, judge: learnedModel(weightsOf(models.judge), models.judge.shape) });
  const noise = RandomStream.of(1, 'noise');
  const few = firstRows(rows.prompts, ROWS);
  return {
    lm: () => void languageModelStep(text, rows.text),
    ipo: () => void yardstickIpoStep(ipo, reference, rows.pairs),
    sample64: () => void sampleResponses(sampler, YARDSTICK, few, noise),
    sample256: () => void sampleResponses(sampler, YARDSTICK, rows.prompts, noise),
    offline: trainerSteps(offline, offlineSource),
    online: trainerSteps(online, onlineSource),
  };
}

/** What the trainer does between two checkpoints. */
function trainerSteps(learner: Learner, source: BatchSource): () => void {
  let step = 0;
  return () => {
    studyStep(learner, source.batch(step, learner.weights));
    step += 1;
  };
}
