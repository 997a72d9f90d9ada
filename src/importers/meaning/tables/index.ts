/** All dialects, in the order in which they are tried: what is peculiar to one comes before what several share. */
import { METRIC_NAMES } from '../../../core/run/metrics';
import type { Dialect } from '../rule';
import { nashMd, onlineDpo, xpo } from './onlinePreference';
import { openrlhfDpo, openrlhfPpo, openrlhfReward } from './openrlhf';
import { dpoLlama, mitchell, nemoDpo, nemoGrpo, nemoPpo, openInstructDpo, openInstructGrpo, torchtuneDpo, torchtunePpo } from './others';
import { llamaFactory, llamaFactoryPpo, rewardModel, supervised } from './otherTransformers';
import { grpo, grpoOrRloo, oldPpo, oldRloo, ppo, rloo } from './policyGradient';
import { bco, cpo, dpo, ipoAveraged, kto, orpo } from './preference';
import { verl } from './verl';

/** A log whose keys nobody knows: canonical names count as what they say, all else stays raw. */
export const PLAIN: Dialect = {
  id: 'plain', label: 'unknown', objective: 'unknown', sampling: 'unknown', marks: { any: [] }, axis: 'unknown',
  rules: [
    ...METRIC_NAMES.map((metric) => ({ metric, from: metric, ...(metric === 'kl' ? { estimator: 'unknown' as const } : {}) })),
    { metric: 'loss', from: ['loss', 'train_loss', 'train/loss', 'loss/train'] },
    { metric: 'heldOutLoss', from: ['eval_loss', 'val_loss', 'eval/loss', 'val/loss', 'validation/loss', 'loss/eval'] },
    { metric: 'learningRate', from: ['learning_rate', 'lr', 'train/learning_rate', 'train/lr'] },
    { metric: 'gradientNorm', from: ['grad_norm', 'train/grad_norm'] },
  ],
};

export const DIALECTS: readonly Dialect[] = [
  verl, openrlhfReward, openrlhfDpo, openrlhfPpo, nemoDpo, nemoGrpo, nemoPpo, torchtuneDpo, torchtunePpo, mitchell, dpoLlama, openInstructDpo, openInstructGrpo,
  xpo, nashMd, oldPpo, onlineDpo, ppo, grpo, grpoOrRloo, orpo, kto, bco, dpo, rewardModel, llamaFactory, llamaFactoryPpo,
];

/** Known by a tag or the configuration only. */
export const NAMED_DIALECTS: readonly Dialect[] = [...DIALECTS, rloo, cpo, supervised];

export { dpo, grpo, ipoAveraged, oldRloo, ppo, rloo, supervised };
