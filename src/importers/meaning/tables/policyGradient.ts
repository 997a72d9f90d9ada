/** TRL's reward trainers that sample: PPO (gone since September 2026), RLOO, GRPO; and old PPO up to 0.11. */
import type { KlEstimator } from '../../../core/run/metrics';
import type { Dialect, Rule } from '../rule';
import { klOfTokens, OF_UPDATE, TRAINER, WIN_RATE_CALLBACK } from './common';

const online = { sampling: 'online', isTransformers: true } as const;
const LENGTH = ['completions/mean_length', 'completion_length'] as const;
const EVAL_LENGTH = ['eval_completions/mean_length', 'eval_completion_length'] as const;

const ppoRules: readonly Rule[] = [
  { metric: 'kl', from: 'objective/kl', estimator: 'k1', quality: ['train-temperature'] },
  { metric: 'klUpdate', from: 'policy/approxkl_avg' },
  { metric: 'klCoefficient', from: 'objective/non_score_reward', over: 'objective/kl', scale: -1, quality: ['derived'] },
  { metric: 'proxyReward', from: 'objective/scores' },
  { metric: 'penalisedReward', from: 'objective/rlhf_reward' },
  // Until TRL's PR 6121 the sequence entropy counted −1 for each pad token, and may be negative.
  { metric: 'entropy', from: 'objective/entropy', quality: ['padded'] },
  { metric: 'entropyPerToken', from: 'policy/entropy_avg' },
  { metric: 'loss', from: ['loss', 'loss/policy_avg'] },
  ...WIN_RATE_CALLBACK, ...TRAINER,
];
const notUpdate = [{ key: 'policy/approxkl_avg', why: OF_UPDATE }] as const;

export const ppo: Dialect = {
  ...online, id: 'ppo', label: 'PPO', objective: 'ppo', axis: 'rollout batches',
  marks: { all: ['objective/kl', 'objective/scores'], none: ['rewards/margins'] },
  tags: ['ppo', 'ppotrainer'], betaKeys: ['kl_coef'], rules: ppoRules, notThis: notUpdate,
};

export const oldRloo: Dialect = { ...ppo, id: 'rloo-until-0.21', label: 'RLOO (TRL up to 0.21)', objective: 'rloo', tags: [], marks: { any: [] } };

/** `kl_penalty` may be kl, abs, mse or full: one key, four meanings. */
export const oldPpo: Dialect = {
  ...online, id: 'ppo-until-0.11', label: 'PPO (TRL up to 0.11)', objective: 'ppo', axis: 'rollout batches',
  marks: { any: ['ppo/mean_scores', 'objective/kl_coef', 'ppo/policy/policykl', 'ppo/mean_non_score_reward'] },
  betaKeys: ['init_kl_coef'],
  rules: [
    { metric: 'kl', from: 'objective/kl', estimator: 'unknown', quality: ['train-temperature'] },
    { metric: 'klUpdate', from: 'ppo/policy/policykl' },
    { metric: 'klCoefficient', from: 'objective/kl_coef' },
    { metric: 'proxyReward', from: ['ppo/mean_scores', 'env/reward_mean'] },
    { metric: 'entropy', from: 'objective/entropy' },
    { metric: 'entropyPerToken', from: 'ppo/policy/entropy' },
    { metric: 'responseLength', from: ['tokens/responses_len_mean'] },
    { metric: 'learningRate', from: 'ppo/learning_rate' },
    { metric: 'loss', from: ['ppo/loss/total', 'loss'] },
    ...TRAINER,
  ],
  notThis: [{ key: 'ppo/policy/policykl', why: OF_UPDATE }],
};

/** Evaluation goes before training; its samples are drawn as the evaluation prompts are. */
const grouped = (estimator: KlEstimator): Rule[] => [
  { metric: 'kl', from: 'eval_kl', times: EVAL_LENGTH, estimator, quality: ['from-length'] },
  { metric: 'klPerToken', from: 'eval_kl', estimator },
  ...klOfTokens('kl', LENGTH, estimator),
  { metric: 'proxyReward', from: ['eval_reward', 'reward'] },
  { metric: 'entropyPerToken', from: ['eval_entropy', 'entropy'] },
  { metric: 'responseLength', from: EVAL_LENGTH },
  { metric: 'responseLength', from: LENGTH },
  { metric: 'truncated', from: ['eval_completions/clipped_ratio', 'completions/clipped_ratio'] },
  ...TRAINER,
];

export const rloo: Dialect = {
  ...online, id: 'rloo', label: 'RLOO', objective: 'rloo', marks: { any: [] }, tags: ['rloo', 'rlootrainer'], betaKeys: ['beta', 'kl_coef'], rules: grouped('k1'),
};

export const grpo: Dialect = {
  ...online, id: 'grpo', label: 'GRPO', objective: 'grpo',
  // RLOO took these names only after `completion_length` had become `completions/mean_length`.
  marks: { all: ['reward_std', 'completion_length'] },
  tags: ['grpo', 'grpotrainer'], betaKeys: ['beta'], rules: grouped('k3'),
};

export const grpoOrRloo: Dialect = {
  ...online, id: 'grpo-or-rloo', label: 'GRPO or RLOO', objective: 'grpo',
  marks: { all: ['reward_std'], none: ['objective/kl'] }, betaKeys: ['beta'], rules: grouped('unknown'),
};
