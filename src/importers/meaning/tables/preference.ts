/** Offline preference trainers under transformers' names: TRL, LLaMA-Factory, axolotl, alignment-handbook, ms-swift. */
import type { Dialect, Rule } from '../rule';
import { BETA_KEYS, lengthAveraged, OFF_POLICY, PAIR_ACCURACY, PAIR_LOGPS, PAIR_REWARDS, TRAINER, WIN_RATE_CALLBACK } from './common';

const entropy: Rule = { metric: 'entropyPerToken', from: ['eval_entropy', 'entropy'] };
const offline = { sampling: 'offline', isTransformers: true, betaKeys: BETA_KEYS } as const;
const notKl = [{ key: 'rewards/chosen', why: OFF_POLICY }] as const;

export const dpo: Dialect = {
  ...offline, id: 'dpo', label: 'DPO', objective: 'dpo',
  marks: { all: ['rewards/margins', 'rewards/accuracies'] },
  tags: ['dpo', 'dpotrainer'],
  rules: [...PAIR_ACCURACY, ...PAIR_REWARDS, ...PAIR_LOGPS, ...WIN_RATE_CALLBACK, entropy, ...TRAINER],
  notThis: notKl,
};

/** TRL 0.9 to 0.28 divided the log-probabilities of IPO by the length: so did every `rewards/*` made of them. */
export const ipoAveraged: Dialect = {
  ...dpo, id: 'ipo-averaged', label: 'IPO (TRL before 0.29)', objective: 'ipo', tags: [], marks: { any: [] },
  rules: [...PAIR_ACCURACY, ...lengthAveraged(PAIR_REWARDS), ...lengthAveraged(PAIR_LOGPS), ...WIN_RATE_CALLBACK, ...TRAINER],
};

export const kto: Dialect = {
  ...offline, id: 'kto', label: 'KTO', objective: 'kto',
  marks: { all: ['logps/chosen', 'kl'], none: ['rewards/accuracies', 'reward_std'] },
  tags: ['kto', 'ktotrainer'],
  rules: [...PAIR_REWARDS, ...PAIR_LOGPS, entropy, ...TRAINER],
  notThis: [{ key: 'kl', why: 'KTO\'s baseline on mismatched pairs of prompt and completion, cut off at zero: not the KL of the policy' }, ...notKl],
};

/** No reference policy: the "rewards" are β times the mean log-probability of a token. */
const withoutReference: Pick<Dialect, 'rules' | 'sampling' | 'isTransformers' | 'betaKeys' | 'notThis'> = {
  ...offline,
  rules: [...lengthAveraged(PAIR_ACCURACY), ...lengthAveraged(PAIR_LOGPS), ...TRAINER],
  notThis: [{ key: 'rewards/margins', why: 'of an objective without a reference policy: β times a difference of mean log-probabilities, not a log-ratio to the reference' }],
};

export const orpo: Dialect = {
  ...withoutReference, id: 'orpo', label: 'ORPO', objective: 'orpo',
  marks: { any: ['log_odds_ratio', 'log_odds_chosen', 'odds_ratio_loss'] },
  tags: ['orpo', 'orpotrainer'],
};

export const cpo: Dialect = {
  ...withoutReference, id: 'cpo', label: 'CPO or SimPO', objective: 'cpo', marks: { any: [] },
  tags: ['cpo', 'simpo', 'cpotrainer', 'simpotrainer'],
};

export const bco: Dialect = {
  ...offline, id: 'bco', label: 'BCO', objective: 'bco',
  marks: { all: ['delta', 'logps/chosen'] },
  tags: ['bco', 'bcotrainer'],
  rules: [...PAIR_REWARDS, ...PAIR_LOGPS, ...TRAINER],
  notThis: notKl,
};
