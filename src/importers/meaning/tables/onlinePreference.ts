/** TRL's preference trainers that sample while they train (`trl.experimental` since 1.0). */
import type { Dialect, Rule } from '../rule';
import { PAIR_LOGPS, PAIR_REWARDS, TRAINER, training } from './common';

const online = { sampling: 'online', isTransformers: true, betaKeys: ['beta'] } as const;
const beta: Rule = { metric: 'klCoefficient', from: 'beta' };
/** The sum runs over padding after the end token too (TRL issues 6803 and 6809, still so in 1.13.0). */
const paddedEntropy: Rule = { metric: 'entropy', from: 'objective/entropy', quality: ['padded'] };

export const onlineDpo: Dialect = {
  ...online, id: 'online-dpo', label: 'online DPO', objective: 'online-dpo',
  marks: { all: ['rewards/margins'], any: ['objective/kl', 'objective/scores'] },
  tags: ['online-dpo', 'onlinedpotrainer'],
  rules: [
    { metric: 'kl', from: 'objective/kl', estimator: 'k1', quality: ['padded', 'train-temperature'] },
    { metric: 'selfAccuracy', from: 'rewards/accuracies' },
    { metric: 'proxyReward', from: 'objective/scores' },
    { metric: 'penalisedReward', from: 'objective/rlhf_reward' },
    beta, paddedEntropy, ...training(PAIR_REWARDS), ...training(PAIR_LOGPS), ...TRAINER,
  ],
  notThis: [{ key: 'rewards/accuracies', why: 'agreement of the implicit reward with the labeller on the pair just sampled: not held-out accuracy' }],
};

export const xpo: Dialect = {
  ...online, id: 'xpo', label: 'XPO', objective: 'xpo',
  marks: { any: ['loss/xpo'] },
  tags: ['xpo', 'xpotrainer'],
  rules: [
    { metric: 'selfAccuracy', from: 'rewards/accuracies' },
    { metric: 'proxyReward', from: 'objective/model_scores' },
    { metric: 'trainRewardMargin', from: 'rewards/margins' },
    beta, paddedEntropy, ...TRAINER,
  ],
  notThis: [
    { key: 'objective/kl', why: 'a mean over samples of the policy and of the reference, half of KL(π‖π_ref) − KL(π_ref‖π): it goes below zero and is no KL' },
    { key: 'logps/chosen', why: 'terms of policy and reference added together (TRL issue 6809)' },
  ],
};

export const nashMd: Dialect = {
  ...online, id: 'nash-md', label: 'Nash-MD', objective: 'nash-md',
  marks: { any: ['rewards/probabilities'] },
  tags: ['nash-md', 'nashmdtrainer'],
  rules: [
    { metric: 'kl', from: ['loss/kl', 'rewards/margins'], estimator: 'k1', quality: ['train-temperature'] },
    { metric: 'proxyReward', from: 'rewards/chosen' },
    { metric: 'entropy', from: 'objective/entropy' },
    beta, ...TRAINER,
  ],
  notThis: [
    { key: 'rewards/probabilities', why: 'the reward model\'s win rate against the mixture policy, not against the reference' },
    { key: 'rewards/accuracies', why: 'the share of samples with a positive log-ratio: not preference accuracy' },
  ],
};
