/** Trainers met through trackers and tables: NeMo-RL and NeMo-Aligner, torchtune, eric-mitchell's DPO, open-instruct. */
import type { Dialect } from '../rule';
import { klOfTokens, PAIR_ACCURACY, PAIR_LOGPS, PAIR_REWARDS, TRAINER, training } from './common';

/** Rewards are not times β here; the margin is their difference, which needs no β. */
export const nemoDpo: Dialect = {
  id: 'nemo-dpo', label: 'NeMo DPO', objective: 'dpo', sampling: 'offline', betaKeys: ['dpo.reference_policy_kl_penalty', 'loss_fn.reference_policy_kl_penalty'],
  marks: { all: ['train/rewards_chosen_mean', 'train/rewards_rejected_mean'] },
  rules: [
    { metric: 'policyAccuracy', from: ['validation-default/accuracy', 'validation/accuracy', 'val/acc'] },
    { metric: 'trainAccuracy', from: ['train/accuracy', 'train/acc'] },
    { metric: 'loss', from: 'train/loss' },
    { metric: 'heldOutLoss', from: ['validation-default/loss', 'validation/loss', 'val/loss'] },
  ],
};

/** michaelnny's DPO-LLaMA and those who took its names. */
export const dpoLlama: Dialect = {
  id: 'dpo-llama', label: 'DPO-LLaMA', objective: 'dpo', sampling: 'offline',
  marks: { all: ['train/chosen_reward_mean', 'train/rejected_reward_mean', 'train/reward_gap'] },
  rules: [
    { metric: 'policyAccuracy', from: 'val/accuracy' },
    { metric: 'trainAccuracy', from: 'train/accuracy' },
    { metric: 'trainChosenReward', from: 'train/chosen_reward_mean' },
    { metric: 'trainRejectedReward', from: 'train/rejected_reward_mean' },
    { metric: 'trainRewardMargin', from: 'train/reward_gap' },
    { metric: 'loss', from: 'train/loss' },
    { metric: 'heldOutLoss', from: 'val/loss' },
    { metric: 'learningRate', from: 'train/learning_rate' },
    { metric: 'gradientNorm', from: 'train/grad_norm' },
  ],
};

export const nemoGrpo: Dialect = {
  id: 'nemo-grpo', label: 'NeMo-RL GRPO', objective: 'grpo', sampling: 'online', axis: 'rollout batches', betaKeys: ['loss_fn.reference_policy_kl_penalty'],
  marks: { all: ['train/kl_penalty'], any: ['train/mean_gen_tokens_per_sample', 'train/policy_kl_error', 'train/gen_kl_error'] },
  rules: [
    ...klOfTokens('train/kl_penalty', 'train/mean_gen_tokens_per_sample', 'k3'),
    { metric: 'klUpdate', from: 'train/policy_kl_error' },
    { metric: 'proxyReward', from: 'train/reward' },
    { metric: 'responseLength', from: 'train/mean_gen_tokens_per_sample' },
    { metric: 'entropyPerToken', from: 'train/approx_entropy' },
    { metric: 'loss', from: 'train/loss' },
  ],
};

export const nemoPpo: Dialect = {
  id: 'nemo-ppo', label: 'NeMo-Aligner PPO', objective: 'ppo', sampling: 'online', axis: 'rollout batches',
  marks: { any: ['train_rollouts/init_policy_kl'] },
  rules: [
    ...klOfTokens('train_rollouts/init_policy_kl', 'train_rollouts/response_lengths', 'k1'),
    { metric: 'proxyReward', from: 'train_rollouts/rewards' },
    { metric: 'penalisedReward', from: 'train_rollouts/rewards_with_kl' },
    { metric: 'responseLength', from: 'train_rollouts/response_lengths' },
  ],
};

export const torchtuneDpo: Dialect = {
  id: 'torchtune-dpo', label: 'torchtune DPO', objective: 'dpo', sampling: 'offline', betaKeys: ['loss.beta'],
  marks: { any: ['log_probs/chosen'] },
  rules: [
    ...training(PAIR_ACCURACY), ...training(PAIR_REWARDS),
    { metric: 'trainLogpChosen', from: 'log_probs/chosen' },
    { metric: 'trainLogpRejected', from: 'log_probs/rejected' },
    ...TRAINER,
  ],
};

export const torchtunePpo: Dialect = {
  id: 'torchtune-ppo', label: 'torchtune PPO', objective: 'ppo', sampling: 'online', axis: 'rollout batches',
  marks: { any: ['approx_policy_kl'], all: ['rlhf_reward'] },
  rules: [
    { metric: 'kl', from: 'kl', estimator: 'k1', quality: ['train-temperature'] },
    { metric: 'klUpdate', from: 'approx_policy_kl' },
    { metric: 'proxyReward', from: 'scores' },
    { metric: 'penalisedReward', from: 'rlhf_reward' },
    { metric: 'responseLength', from: 'response_lengths' },
    ...TRAINER,
  ],
};

/** The x-axis counts examples. */
export const mitchell: Dialect = {
  id: 'mitchell-dpo', label: 'eric-mitchell DPO', objective: 'dpo', sampling: 'offline', axis: 'examples', betaKeys: ['loss.beta'],
  marks: { any: ['rewards_train/accuracies', 'rewards_eval/accuracies'] },
  rules: [
    { metric: 'policyAccuracy', from: 'rewards_eval/accuracies' },
    { metric: 'trainAccuracy', from: 'rewards_train/accuracies' },
    { metric: 'rewardMargin', from: 'rewards_eval/margins' },
    { metric: 'margin', from: 'rewards_eval/margins', overBeta: true, quality: ['derived'] },
    { metric: 'trainRewardMargin', from: 'rewards_train/margins' },
    { metric: 'logpChosen', from: 'logps_eval/chosen' },
    { metric: 'logpRejected', from: 'logps_eval/rejected' },
    { metric: 'trainLogpChosen', from: 'logps_train/chosen' },
    { metric: 'trainLogpRejected', from: 'logps_train/rejected' },
    { metric: 'loss', from: 'loss/train' },
    { metric: 'heldOutLoss', from: 'loss/eval' },
    { metric: 'policyUpdates', from: 'counters/updates' },
    { metric: 'gradientNorm', from: 'grad_norm' },
  ],
};

export const openInstructDpo: Dialect = {
  id: 'open-instruct-dpo', label: 'open-instruct DPO', objective: 'dpo', sampling: 'offline', betaKeys: ['dpo_beta', 'beta'],
  marks: { all: ['rewards/accuracy', 'rewards/margin'] },
  rules: [
    { metric: 'trainAccuracy', from: 'rewards/accuracy' },
    { metric: 'trainRewardMargin', from: 'rewards/margin' },
    { metric: 'trainMargin', from: 'rewards/margin', overBeta: true, quality: ['derived'] },
    { metric: 'trainChosenReward', from: 'rewards/chosen' },
    { metric: 'trainRejectedReward', from: 'rewards/rejected' },
    ...training(PAIR_LOGPS), ...TRAINER,
  ],
};

/** `kl0` is k1, `kl1` is k2, `kl2` is k3; all per token. The step of its trackers counts episodes. */
export const openInstructGrpo: Dialect = {
  id: 'open-instruct-grpo', label: 'open-instruct GRPO', objective: 'grpo', sampling: 'online', axis: 'episodes', betaKeys: ['beta'],
  marks: { any: ['objective/kl0_avg', 'objective/kl1_avg', 'objective/kl2_avg'] },
  rules: [
    ...klOfTokens('objective/kl0_avg', 'val/sequence_lengths', 'k1'),
    { metric: 'proxyReward', from: 'scores' },
    { metric: 'entropyPerToken', from: 'policy/entropy_avg' },
    { metric: 'responseLength', from: 'val/sequence_lengths' },
    { metric: 'tokensSeen', from: 'val/num_total_tokens' },
    { metric: 'policyUpdates', from: 'training_step' },
    { metric: 'loss', from: 'loss/policy_avg' },
    { metric: 'learningRate', from: ['lr', 'learning_rate'] },
  ],
};
