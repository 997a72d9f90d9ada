/** What an arm may not combine, each with the reason: settings that would be ignored in silence, or learn something else than they say. */
import { earlyStepOf } from './expand';
import type { Arm, Experiment } from './schema';

export interface ArmProblem {
  readonly message: string;
  /** Below the arm. */
  readonly path: readonly (string | number)[];
}

export const armProblems = (arm: Arm, experiment: Experiment): ArmProblem[] => [
  ...misplaced(arm),
  ...missing(arm, experiment.batchSize),
  ...objectiveProblems(arm, experiment),
  ...dataProblems(arm, experiment.steps),
];

/** Field → the samplings that read it. */
const READ_BY: readonly { readonly field: 'data' | 'goldenPairs' | 'syncEvery' | 'onlineShare' | 'onPolicyKl'; readonly samplings: readonly Arm['sampling'][]; readonly because: string }[] = [
  { field: 'data', samplings: ['offline', 'mixed'], because: 'makes its own pairs' },
  { field: 'goldenPairs', samplings: ['offline', 'mixed'], because: 'learns from no golden-labelled pair' },
  { field: 'syncEvery', samplings: ['semi-online'], because: 'keeps no copy to refresh' },
  { field: 'onlineShare', samplings: ['mixed'], because: 'takes all its pairs from one place' },
  { field: 'onPolicyKl', samplings: ['offline'], because: 'has samples of the policy in its loss already' },
];

const misplaced = (arm: Arm): ArmProblem[] =>
  READ_BY.flatMap(({ field, samplings, because }) =>
    arm[field] === undefined || samplings.includes(arm.sampling)
      ? []
      : [{ message: `"${field}" is for ${samplings.map((one) => `"${one}"`).join(' and ')} arms: an arm with "sampling": "${arm.sampling}" ${because}; leave it out`, path: [field] }],
  );

function missing({ sampling, syncEvery, onlineShare }: Arm, batchSize: number): ArmProblem[] {
  if (sampling === 'semi-online' && syncEvery === undefined) return [{ message: 'a semi-online arm needs "syncEvery": the steps for which samples come from the same copy of the policy', path: ['sampling'] }];
  if (sampling !== 'mixed') return [];
  if (onlineShare === undefined) return [{ message: 'a mixed arm needs "onlineShare": the share of each batch that is sampled online, from 0 to 1', path: ['sampling'] }];
  const pairs = Math.round(onlineShare * batchSize);
  const isLost = onlineShare > 0 && onlineShare < 1 && (pairs === 0 || pairs === batchSize);
  return isLost ? [{ message: `a share of ${onlineShare} is ${pairs} of the batch's ${batchSize} pairs; choose one that leaves a pair for each side`, path: ['onlineShare'] }] : [];
}

function objectiveProblems({ objective, sampling, beta }: Arm, experiment: Experiment): ArmProblem[] {
  const samples = sampling === 'online' || sampling === 'semi-online';
  if (objective === 'rloo' && !samples) {
    return [{ message: `"rloo" is a policy gradient: it needs rewarded samples of the policy itself, which "${sampling}" pairs are not; use "online" or "semi-online", or a contrastive objective`, path: ['objective'] }];
  }
  const betas = beta ?? experiment.beta;
  if (objective === 'best-of-2' && betas.length > 1) return [{ message: `"best-of-2" has no β, so its ${betas.length} settings would be the same run; give this arm a "beta" of one value`, path: ['objective'] }];
  return [];
}

function dataProblems({ data, goldenPairs }: Arm, steps: number): ArmProblem[] {
  if (goldenPairs !== undefined && data !== undefined && data.kind !== 'golden') {
    return [{ message: `"goldenPairs" counts golden-labelled pairs, and the data of this arm are of kind "${data.kind}"; leave one of the two out`, path: ['goldenPairs'] }];
  }
  if (data?.kind !== 'policies' || data.earlyStep === undefined) return [];
  if (!data.policies.includes('early')) return [{ message: 'no policy of this data is "early"; leave "earlyStep" out', path: ['data', 'earlyStep'] }];
  return data.earlyStep < steps ? [] : [{ message: `the recorded run has ${steps} steps; take an earlier one (${earlyStepOf(steps)} by default)`, path: ['data', 'earlyStep'] }];
}
