/** Pairs that policies wrote: two responses to each prompt of D_golden, labelled by the golden preference model, ties dropped (§5.2, §6). */
import { RandomStream } from '../../core/random';
import { sampleResponses } from '../policy/sampler';
import { sequenceLogProbabilitiesOf } from '../policy/logProbabilities';
import { disposeWeights } from '../policy/weights';
import { concatRows, takeRows, type PreferencePairs, type TokenRows } from '../rows';
import { valuesAt, type BySide } from '../sources/batch';
import type { Facts, Pipeline } from './pipeline';
import { readPairs, readScores, writePairs, writeScores } from './rowsFile';
import { round } from './sft';

export interface WrittenPairs {
  readonly pairs: PreferencePairs;
  /** log π of each response under the policy that wrote it. */
  readonly generator: BySide;
}

export async function computePolicyData(pipeline: Pipeline, folder: string): Promise<Facts> {
  const { config } = pipeline;
  if (config.data?.kind !== 'policies') throw new Error('this run learns from no pairs that policies wrote');
  const prompts = (await pipeline.relabelled()).train.chosen;
  const golden = await pipeline.golden();
  const [first, second] = config.data.policies;
  const [a, b] = [await written(pipeline, prompts, first.step, 'first'), await written(pipeline, prompts, second.step, 'second')];
  const [ofA, ofB] = [golden.scores(a.responses), golden.scores(b.responses)];
  const count = prompts.rows;
  const kept = Int32Array.from({ length: count }, (_, i) => i).filter((i) => ofA[i] !== ofB[i]);
  const firstWins = (i: number): boolean => (ofA[i] ?? 0) > (ofB[i] ?? 0);
  const winners = kept.map((i) => (firstWins(i) ? i : count + i));
  const losers = kept.map((i) => (firstWins(i) ? count + i : i));
  const both = concatRows(a.responses, b.responses);
  const values = Float32Array.of(...a.logProbabilities, ...b.logProbabilities);
  writePairs(folder, 'written', { chosen: takeRows(both, winners), rejected: takeRows(both, losers) });
  writeScores(folder, 'generator-chosen', Float64Array.from(valuesAt(values, winners)));
  writeScores(folder, 'generator-rejected', Float64Array.from(valuesAt(values, losers)));
  return {
    pairs: kept.length, ties: count - kept.length,
    firstWins: round(kept.filter(firstWins).length / Math.max(1, kept.length)),
    goldenRewardFirst: round(mean(ofA)), goldenRewardSecond: round(mean(ofB)),
  };
}

async function written(pipeline: Pipeline, prompts: TokenRows, step: number, side: string): Promise<{ readonly responses: TokenRows; readonly logProbabilities: Float32Array }> {
  const { shape, config } = pipeline;
  const policy = await pipeline.recordedPolicy(step);
  const responses = sampleResponses(policy, shape, prompts, RandomStream.of(config.seed, `policy data, ${side}`));
  const logProbabilities = sequenceLogProbabilitiesOf(policy, shape, responses);
  disposeWeights(policy);
  return { responses, logProbabilities };
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

export const loadPolicyData = (folder: string): WrittenPairs => ({
  pairs: readPairs(folder, 'written'),
  generator: { chosen: Float32Array.from(readScores(folder, 'generator-chosen')), rejected: Float32Array.from(readScores(folder, 'generator-rejected')) },
});
