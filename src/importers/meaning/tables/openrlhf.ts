/** OpenRLHF, through a tracker or a file of the same keys. Source: OpenRLHF 3c3be623 (2026-08). */
import type { Dialect, Rule } from '../rule';
import { klOfTokens, OF_UPDATE } from './common';

const trained: readonly Rule[] = [
  { metric: 'loss', from: ['train/loss_mean', 'train/loss', 'train/policy_loss'] },
  { metric: 'heldOutLoss', from: 'eval/eval_loss' },
  { metric: 'learningRate', from: ['train/lr', 'train/actor_lr'] },
  { metric: 'gradientNorm', from: ['train/grad_norm', 'train/actor_grad_norm'] },
];

/** Rewards are times β and summed over the sequence, IPO's too; `acc_mean` is the mean over the accumulation window. */
export const openrlhfDpo: Dialect = {
  id: 'openrlhf-dpo', label: 'OpenRLHF DPO', objective: 'dpo', sampling: 'offline', isPrinted: true, betaKeys: ['model.beta', 'beta'],
  marks: { all: ['train/chosen_reward', 'train/reject_reward'], none: ['eval/reward_mean'] },
  tags: ['openrlhf-dpo'],
  rules: [
    { metric: 'policyAccuracy', from: 'eval/acc_mean' },
    { metric: 'trainAccuracy', from: ['train/acc_mean', 'train/acc'] },
    { metric: 'trainChosenReward', from: 'train/chosen_reward' },
    { metric: 'trainRejectedReward', from: 'train/reject_reward' },
    ...trained,
  ],
};

export const openrlhfReward: Dialect = {
  id: 'openrlhf-rm', label: 'OpenRLHF reward model', objective: 'reward-model', sampling: 'offline',
  marks: { all: ['train/chosen_reward', 'eval/reward_mean'] },
  tags: ['openrlhf-rm'],
  rules: [{ metric: 'proxyAccuracy', from: 'eval/acc_mean' }, { metric: 'proxyReward', from: 'eval/reward_mean' }, ...trained],
};

export const openrlhfPpo: Dialect = {
  id: 'openrlhf-ppo', label: 'OpenRLHF PPO, REINFORCE++ or GRPO', objective: 'ppo', sampling: 'online', isPrinted: true, axis: 'rollout batches',
  marks: { any: ['train/logprobs_diff', 'train/policy_loss', 'train/ppo_kl', 'train/vllm_kl', 'train/actor_lr'] },
  betaKeys: ['algo.kl.init_coef', 'init_kl_coef'],
  rules: [
    ...klOfTokens('train/logprobs_diff', 'train/response_length', 'k1'),
    ...klOfTokens('train/kl', 'train/response_length', 'unknown'),
    { metric: 'klUpdate', from: 'train/ppo_kl' },
    { metric: 'proxyReward', from: ['rollout/reward_mean', 'train/rollout/reward_mean', 'train/reward'] },
    { metric: 'penalisedReward', from: 'train/return' },
    { metric: 'responseLength', from: 'train/response_length' },
    { metric: 'truncated', from: 'train/truncated' },
    { metric: 'entropyPerToken', from: ['train/entropy', 'train/entropy_loss'] },
    ...trained,
  ],
  notThis: [
    { key: 'train/ppo_kl', why: OF_UPDATE },
    { key: 'train/vllm_kl', why: 'between the sampler\'s and the trainer\'s numbers for one policy' },
  ],
};
