/** How large a study is run: settings that every experiment of a form shares, so that its stages and runs can be shared too. */
import type { ExperimentFile } from '../experiment/schema';
import type { StudyForm } from './types';

type Shared = Pick<ExperimentFile, 'policy' | 'steps' | 'checkpoints' | 'batchSize' | 'evaluation' | 'klBudget'> & { readonly stages: NonNullable<ExperimentFile['stages']> };

/** Each seed draws its own data, reference policy, proxy and opponent: a finding that hangs on one draw of them is none. */
const EACH_SEED = { dataSeed: 'seed' } as const;

/**
 * To the plateau of the proxy's validation accuracy, as the paper trains it (App. A.3). At the default's 800 steps it is still
 * learning, which its accuracy on the data hardly shows and its accuracy on the policy's own samples does (docs/data.md).
 */
const PROXY_STEPS = 2400;

/**
 * KL moves most in the first steps: there one looks closely. `full` has the default study's settings (docs/default-study.md).
 * `quick` halves the policy and the steps; its stages keep the number of pairs, because a worse proxy is another question.
 */
export const FORMS: Readonly<Record<StudyForm, Shared>> = {
  full: {
    policy: 'small', steps: 600, checkpoints: [10, 20, 40, 80, 150, 225, 300, 400, 500], batchSize: 32, klBudget: 5,
    evaluation: { prompts: 512, pairs: 512, samples: 4 },
    stages: { ...EACH_SEED, proxySteps: PROXY_STEPS },
  },
  quick: {
    policy: 'tiny', steps: 300, checkpoints: [10, 25, 50, 100, 150, 225], batchSize: 32, klBudget: 5,
    evaluation: { prompts: 256, pairs: 256, samples: 4 },
    stages: { ...EACH_SEED, pretrainingSteps: 500, sftSteps: 100, proxySteps: 1200, goldenPolicySteps: 300 },
  },
  smoke: {
    policy: { width: 8, layers: 1, heads: 1, feedForward: 8 }, steps: 12, checkpoints: 4, batchSize: 4, klBudget: 5,
    evaluation: { prompts: 16, pairs: 16, samples: 0 },
    stages: { ...EACH_SEED, pairs: 200, pretrainingResponses: 200, pretrainingSteps: 4, sftSteps: 2, proxySteps: 4, goldenPolicySteps: 4 },
  },
};

/** Of a form, unless the user says otherwise. docs/findings.md needs five. */
export const DEFAULT_SEEDS: Readonly<Record<StudyForm, number>> = { full: 5, quick: 3, smoke: 2 };

export const seedsUpTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

/** Experiments of the full form have plain names, for theirs are the findings. */
export const formSuffix = (form: StudyForm): string => (form === 'full' ? '' : `-${form}`);
