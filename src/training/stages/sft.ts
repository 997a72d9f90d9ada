/**
 * Stage 2: the reference policy. Pre-trained on the writers' responses where a task has them (a policy of 20,000
 * parameters has read nothing else), then supervised on both sides of the pairs (App. C): it must cover the data, not be good.
 */
import path from 'node:path';
import { RandomStream } from '../../core/random';
import type { PolicyShape } from '../../core/experiment/schema';
import { languageModelProgram } from '../objectives/languageModel';
import { createTrainer } from '../optimiser/trainer';
import { responseFeeds, sequenceLogProbabilitiesOf } from '../policy/logProbabilities';
import type { TransformerShape } from '../policy/shape';
import { createWeights, type TransformerWeights } from '../policy/weights';
import { concatRows, takeRows, type TokenRows } from '../rows';
import type { Task } from '../tasks/task';
import { meanMetric } from '../evaluation/summary';
import type { Facts, OnFraction, Pipeline } from './pipeline';
import { readWeights, writeWeights } from './weightsFile';

/** Of one batch. */
export const SFT_ROWS = 128;
const PRETRAINING_RATE = 3e-3;
const SFT_RATE = 1e-3;
/** The rate never reaches zero, so that the last batches still count. */
const FINAL_RATE = 1e-5;
const REPORT_EVERY = 20;

export const policyShapeOf = (policy: PolicyShape, task: Task): TransformerShape => ({
  ...policy,
  vocabulary: task.vocabulary,
  promptLength: task.promptLength,
  responseLength: task.responseLength,
});

/** @param shape the policy's, or that of an opponent of another size */
export async function computeReference(pipeline: Pipeline, shape: TransformerShape, folder: string, onFraction: OnFraction): Promise<Facts> {
  const { config } = pipeline;
  const { dataSeed, pretrainingSteps, sftSteps } = config.stages;
  const data = await pipeline.data();
  const pairs = concatRows(data.train.chosen, data.train.rejected);
  const random = RandomStream.of(dataSeed, 'sft');
  const total = pretrainingSteps + sftSteps;
  const weights = createWeights(shape, RandomStream.of(dataSeed, 'initial weights'));
  const pretraining = { rows: data.pretraining ?? pairs, steps: pretrainingSteps, rate: PRETRAINING_RATE };
  await trainLanguageModel({ weights, shape, random }, pretraining, (done) => onFraction(done / total));
  const sft = { rows: pairs, steps: sftSteps, rate: SFT_RATE };
  await trainLanguageModel({ weights, shape, random }, sft, (done) => onFraction((pretrainingSteps + done) / total));
  writeWeights(path.join(folder, 'reference.safetensors'), weights);
  const heldOut = concatRows(data.heldOut.chosen, data.heldOut.rejected);
  return { nllPerSequenceHeldOut: round(-meanMetric(sequenceLogProbabilitiesOf(weights, shape, heldOut)).value) };
}

interface LanguageModelRun {
  readonly rows: TokenRows;
  readonly steps: number;
  readonly rate: number;
}

interface LanguageModel {
  readonly weights: TransformerWeights;
  readonly shape: TransformerShape;
  readonly random: RandomStream;
}

/** Trains the weights in place, with a fresh optimiser. */
async function trainLanguageModel({ weights, shape, random }: LanguageModel, run: LanguageModelRun, onStep: (done: number) => Promise<void>): Promise<void> {
  const trainer = createTrainer({ program: languageModelProgram(shape), weights });
  for (let step = 0; step < run.steps; step += 1) {
    const batch = takeRows(run.rows, Int32Array.from({ length: SFT_ROWS }, () => random.integer(run.rows.rows)));
    const rate = run.rate * (1 - step / run.steps) + FINAL_RATE;
    await trainer.step(responseFeeds(shape, batch), rate);
    if (step % REPORT_EVERY === 0) await onStep(step);
  }
  await trainer.dispose();
}

export const loadReference = (folder: string, shape: TransformerShape): TransformerWeights => readWeights(path.join(folder, 'reference.safetensors'), shape);

export const round = (value: number): number => Number(value.toPrecision(6));
