/** What else transformers' Trainer writes: reward models, LLaMA-Factory's own names, supervised fine-tuning. */
import type { Dialect } from '../rule';
import { BETA_KEYS, PAIR_ACCURACY, PAIR_LOGPS, PAIR_REWARDS, TRAINER } from './common';

/** The run of a reward model, not of a policy: its held-out accuracy is what other runs call proxy accuracy. */
export const rewardModel: Dialect = {
  id: 'reward-model', label: 'reward model', objective: 'reward-model', sampling: 'offline', isTransformers: true,
  marks: { all: ['accuracy', 'margin'], any: ['mean_reward', 'min_reward', 'max_reward'] },
  tags: ['reward-trainer', 'rewardtrainer', 'rm'],
  rules: [
    { metric: 'proxyAccuracy', from: 'eval_accuracy' },
    { metric: 'proxyReward', from: ['eval_mean_reward', 'mean_reward'] },
    ...TRAINER,
  ],
  notThis: [{ key: 'accuracy', why: 'on the batch just trained on' }, { key: 'margin', why: 'of the reward model\'s scores, not of log-ratios of a policy' }],
};

/** `trainer_log.jsonl` alone: `accuracy` is that of the training batch, the held-out one stands in `trainer_state.json` only. */
export const llamaFactory: Dialect = {
  id: 'llamafactory', label: 'LLaMA-Factory', objective: 'dpo', sampling: 'offline', isTransformers: true, betaKeys: BETA_KEYS,
  marks: { all: ['accuracy', 'loss'], none: ['mean_reward', 'eval_accuracy', 'margin', 'rewards/margins', 'reward_std'] }, sources: ['llamafactory'],
  rules: [...PAIR_ACCURACY, { metric: 'trainAccuracy', from: 'accuracy' }, ...PAIR_REWARDS, ...PAIR_LOGPS, ...TRAINER],
};

/** LLaMA-Factory's PPO: of all it measures, only these reach the log; KL goes to the tracker alone. */
export const llamaFactoryPpo: Dialect = {
  id: 'llamafactory-ppo', label: 'PPO of LLaMA-Factory', objective: 'ppo', sampling: 'online', isTransformers: true, axis: 'rollout batches',
  marks: { all: ['reward', 'loss'], none: ['reward_std', 'rewards/margins', 'objective/kl', 'kl'] }, sources: ['trl', 'llamafactory'],
  rules: [{ metric: 'proxyReward', from: 'reward' }, ...TRAINER],
};

export const supervised: Dialect = {
  id: 'sft', label: 'supervised fine-tuning', objective: 'sft', sampling: 'unknown', isTransformers: true,
  marks: { any: [] },
  tags: ['sft', 'sfttrainer', 'pt'],
  rules: [{ metric: 'entropyPerToken', from: ['eval_entropy', 'entropy'] }, ...TRAINER],
};
