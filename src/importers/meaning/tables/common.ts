/** Rules that several trainers share. Sources: transformers 5.18, TRL 0.7 to 1.13 as installed and as logged. */
import type { KlEstimator } from '../../../core/run/metrics';
import type { Keys, Rule } from '../rule';

/** transformers' Trainer, whatever it trains. */
export const TRAINER: readonly Rule[] = [
  { metric: 'loss', from: ['loss', 'train_loss'] },
  { metric: 'heldOutLoss', from: 'eval_loss' },
  { metric: 'learningRate', from: ['learning_rate', 'lr'] },
  { metric: 'gradientNorm', from: 'grad_norm' },
  { metric: 'tokensSeen', from: ['num_tokens', 'num_input_tokens_seen', 'total_tokens'] },
];

/** β · (log π − log π_ref) on the data set's pairs: `rewards/*` without a prefix is the batch about to be trained on. */
export const PAIR_REWARDS: readonly Rule[] = [
  { metric: 'rewardMargin', from: 'eval_rewards/margins' },
  { metric: 'margin', from: 'eval_rewards/margins', overBeta: true, quality: ['derived'] },
  { metric: 'chosenReward', from: 'eval_rewards/chosen' },
  { metric: 'rejectedReward', from: 'eval_rewards/rejected' },
  { metric: 'trainRewardMargin', from: 'rewards/margins' },
  { metric: 'trainMargin', from: 'rewards/margins', overBeta: true, quality: ['derived'] },
  { metric: 'trainChosenReward', from: 'rewards/chosen' },
  { metric: 'trainRejectedReward', from: 'rewards/rejected' },
];

/** Sums over the sequence, although TRL's documentation says averages. */
export const PAIR_LOGPS: readonly Rule[] = [
  { metric: 'logpChosen', from: 'eval_logps/chosen' },
  { metric: 'logpRejected', from: 'eval_logps/rejected' },
  { metric: 'trainLogpChosen', from: 'logps/chosen' },
  { metric: 'trainLogpRejected', from: 'logps/rejected' },
];

export const PAIR_ACCURACY: readonly Rule[] = [
  { metric: 'policyAccuracy', from: 'eval_rewards/accuracies' },
  { metric: 'trainAccuracy', from: 'rewards/accuracies' },
];

/** TRL 0.10 to 1.0: the callback compares with the initial completions on the evaluation prompts. */
export const WIN_RATE_CALLBACK: readonly Rule[] = [{ metric: 'winRateVsReference', from: 'eval_win_rate', estimator: 'judge' }];

/** Every rule with the mark that values are means over tokens, not sums over the sequence. */
export const lengthAveraged = (rules: readonly Rule[]): Rule[] => rules.map((rule) => ({ ...rule, quality: [...(rule.quality ?? []), 'length-average'] }));

/** Those of the training batches. */
export const training = (rules: readonly Rule[]): Rule[] => rules.filter(({ metric }) => metric.startsWith('train'));

/** A mean over tokens of training samples; times their mean length it is a rough per-sequence value, for length and KL go together. */
export const klOfTokens = (from: Keys, length: Keys, estimator: KlEstimator): Rule[] => [
  { metric: 'kl', from, times: length, estimator, quality: ['from-length', 'train-temperature'] },
  { metric: 'klPerToken', from, estimator, quality: ['train-temperature'] },
];

export const BETA_KEYS = ['beta', 'dpo_beta', 'pref_beta', 'rl_beta', 'kto_beta'] as const;

export const OF_UPDATE = 'between the policy before and after an update, not from the reference';

export const OFF_POLICY = 'β times a log-ratio on the text of the data set, not on the policy\'s samples: divided by β it is no KL, may be negative, and falls in a healthy DPO run';
