/**
 * Stage 6: the golden policy, the fixed opponent of every win rate: online IPO with baseline settings, labelled by the golden
 * model itself (§4.1). Kept with its responses to the evaluation prompts, as are those of the policy it began from.
 */
import path from 'node:path';
import { RandomStream } from '../../core/random';
import { createTrainer, recordsSteps } from '../optimiser/trainer';
import { sampleResponses } from '../policy/sampler';
import type { TransformerShape } from '../policy/shape';
import { copyWeights, type TransformerWeights } from '../policy/weights';
import { outcomesOf } from '../evaluation/accuracy';
import { EVALUATION_SAMPLES, meanMetric } from '../evaluation/summary';
import { takeRows, type TokenRows } from '../rows';
import { onlineBatches } from '../sources/online';
import { policyProgram, updatePolicy } from '../run/update';
import type { Facts, OnFraction, Pipeline } from './pipeline';
import { readRows, readScores, writeRows, writeScores } from './rowsFile';
import { round } from './sft';
import { writeWeights } from './weightsFile';

/** Stored answers to the evaluation prompts, with the golden model's scores. */
export interface Opponent {
  readonly responses: TokenRows;
  readonly golden: Float64Array;
  /** Golden scores of the reference policy's responses to the same prompts. */
  readonly referenceGolden: Float64Array;
}

export async function computeGoldenPolicy(pipeline: Pipeline, folder: string, onFraction: OnFraction): Promise<Facts> {
  const policy = await trainGoldenPolicy(pipeline, onFraction);
  writeWeights(path.join(folder, 'golden-policy.safetensors'), policy);
  const prompts = await evaluationPrompts(pipeline);
  const { dataSeed } = pipeline.config.stages;
  const golden = await pipeline.golden();
  const responses = sampleResponses(policy, pipeline.opponentShape, prompts, RandomStream.of(dataSeed, 'opponent samples'));
  const [scores, referenceScores] = [golden.scores(responses), await referenceGolden(pipeline, await pipeline.opponentReference(), pipeline.opponentShape)];
  writeRows(folder, 'opponent', responses);
  writeScores(folder, 'golden', scores);
  writeScores(folder, 'reference-golden', referenceScores);
  return { winRateVsReference: round(meanMetric(outcomesOf(scores, referenceScores)).value), prompts: prompts.rows };
}

/** An opponent of another size was kept with the responses of its own reference policy; the run's are sampled here. */
export async function loadOpponent(pipeline: Pipeline, folder: string): Promise<Opponent> {
  return {
    responses: readRows(folder, 'opponent'),
    golden: readScores(folder, 'golden'),
    referenceGolden: pipeline.plan['opponent-sft'] ? await referenceGolden(pipeline, await pipeline.reference(), pipeline.shape) : readScores(folder, 'reference-golden'),
  };
}

/** In the evaluation's own noise: a policy that has not moved then ties with the reference on every prompt. */
async function referenceGolden(pipeline: Pipeline, reference: TransformerWeights, shape: TransformerShape): Promise<Float64Array> {
  const random = RandomStream.of(pipeline.config.stages.dataSeed, EVALUATION_SAMPLES);
  return (await pipeline.golden()).scores(sampleResponses(reference, shape, await evaluationPrompts(pipeline), random));
}

/**
 * The prompts of the held-out pairs. The paper evaluates on training prompts and leaves generalisation out of scope (§4.1);
 * prompts that no arm has trained on keep the question the same and cannot flatter the offline arms.
 */
export async function evaluationPrompts(pipeline: Pipeline): Promise<TokenRows> {
  const { chosen } = (await pipeline.data()).heldOut;
  const count = Math.min(pipeline.config.evaluation.prompts, chosen.rows);
  return takeRows(chosen, Int32Array.from({ length: count }, (_, i) => i));
}

async function trainGoldenPolicy(pipeline: Pipeline, onFraction: OnFraction): Promise<TransformerWeights> {
  const { opponentShape: shape, config } = pipeline;
  const { dataSeed, goldenPolicySteps, goldenPolicyBeta, goldenPolicyLearningRate } = config.stages;
  const reference = await pipeline.opponentReference();
  const { train } = await pipeline.relabelled();
  const [inStep, inBatch] = recordsSteps() ? [{ reference }, {}] : [{}, { reference }];
  const source = onlineBatches({ shape, ...inBatch, prompts: train.chosen, judge: await pipeline.golden(), batchSize: config.batchSize, seed: dataSeed });
  const program = policyProgram({ shape, objective: 'ipo', beta: goldenPolicyBeta, ...inStep });
  const trainer = createTrainer({ program, weights: copyWeights(reference) });
  for (let step = 0; step < goldenPolicySteps; step += 1) {
    await updatePolicy(trainer, { shape, objective: 'ipo' }, source.batch(step, trainer.weights), goldenPolicyLearningRate);
    if (step % 10 === 0) await onFraction(step / goldenPolicySteps);
  }
  await trainer.dispose();
  return trainer.weights;
}
