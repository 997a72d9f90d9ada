/** verl: console lines, its file logger, and what it sends to trackers. Source: verl 1dda039b (2026-08). */
import type { Dialect } from '../rule';
import { klOfTokens, OF_UPDATE } from './common';

/** `actor/kl_loss` is a token mean, k3 clamped (`low_var_kl`) by default; the reward's KL is k1. Before 2026 it was summed over mini-batches. */
export const verl: Dialect = {
  id: 'verl', label: 'verl', objective: 'grpo', sampling: 'online', axis: 'rollout batches',
  marks: { any: ['actor/pg_loss', 'actor/ppo_kl', 'critic/score/mean', 'actor/kl_loss', 'actor/reward_kl_penalty', 'critic/rewards/mean'] },
  betaKeys: ['actor_rollout_ref.actor.kl_loss_coef', 'algorithm.kl_ctrl.kl_coef', 'actor.kl_loss_coef'],
  rules: [
    ...klOfTokens('actor/reward_kl_penalty', 'response_length/mean', 'k1'),
    ...klOfTokens('actor/kl_loss', 'response_length/mean', 'k3'),
    { metric: 'klUpdate', from: 'actor/ppo_kl' },
    { metric: 'klCoefficient', from: ['actor/reward_kl_penalty_coeff', 'actor/kl_coef'] },
    { metric: 'proxyReward', from: 'critic/score/mean' },
    { metric: 'penalisedReward', from: 'critic/rewards/mean' },
    { metric: 'entropyPerToken', from: ['actor/entropy', 'actor/entropy_loss'] },
    { metric: 'responseLength', from: 'response_length/mean' },
    { metric: 'truncated', from: 'response_length/clip_ratio' },
    { metric: 'loss', from: 'actor/pg_loss' },
    { metric: 'learningRate', from: 'actor/lr' },
    { metric: 'gradientNorm', from: 'actor/grad_norm' },
  ],
  notThis: [{ key: 'actor/ppo_kl', why: OF_UPDATE }],
};
