/**
 * The experiments that studies are made of. Several studies use the same one: it is then run once, and each reads its runs.
 * Their names are unlike those of studies, because a study's card lies in a folder of the study's name beside them.
 */
import { BUILT_IN_TASKS, type BuiltInTask, type ExperimentFile } from '../experiment/schema';
import { FORMS, formSuffix } from './forms';
import type { StudyForm } from './types';

export type TaskName = BuiltInTask;

export const TASKS: readonly TaskName[] = BUILT_IN_TASKS;

/** The one that ablations look at in detail, as the paper does (Fig. 13). */
export const MAIN_TASK: TaskName = 'helpfulness';

/** β of the baseline (Tang et al. 2024, section 4). */
export const BASELINE_BETA = 0.1;
/**
 * β of the ablations. A converged online IPO policy keeps within 1/(2β): 5 nats at the baseline's 0.1, where the arms of a
 * small policy are hard to tell apart; 16.7 nats here.
 */
export const ABLATION_BETA = 0.03;
export const LEARNING_RATE = 1e-3;

interface Plan {
  readonly name: string;
  readonly description: string;
  readonly task: TaskName;
  readonly arms: ExperimentFile['arms'];
  readonly beta: number[];
  readonly policy?: ExperimentFile['policy'];
  readonly stages?: ExperimentFile['stages'];
}

export interface Sized {
  readonly form: StudyForm;
  readonly seeds: readonly number[];
}

export function experiment({ name, description, task, arms, beta, policy, stages }: Plan, { form, seeds }: Sized): ExperimentFile {
  const { stages: shared, ...settings } = FORMS[form];
  return {
    name: `${name}${formSuffix(form)}`, description, task, ...settings,
    ...(policy === undefined ? {} : { policy }),
    arms, beta, seeds: [...seeds],
    stages: { ...shared, ...stages },
  };
}

export const baseName = (task: TaskName, form: StudyForm): string => `base-${task}${formSuffix(form)}`;

/** Both arms with the same settings, and as many of them: a maximum over more settings would favour whoever has more. */
export function baseExperiment(task: TaskName, sized: Sized): ExperimentFile {
  return experiment(
    {
      name: `base-${task}`,
      description: `Online and offline IPO on ${task}, both at β ${BASELINE_BETA} and ${ABLATION_BETA}.`,
      task,
      arms: [
        { name: 'online', sampling: 'online', objective: 'ipo', learningRate: LEARNING_RATE },
        { name: 'offline', sampling: 'offline', objective: 'ipo', learningRate: LEARNING_RATE },
      ],
      beta: [BASELINE_BETA, ABLATION_BETA],
    },
    sized,
  );
}

type Arms = ExperimentFile['arms'];
type ArmFile = Arms[number];

const offlineArm = (name: string, fields: Partial<ArmFile> = {}): ArmFile => ({ name, sampling: 'offline', objective: 'ipo', learningRate: LEARNING_RATE, ...fields });
const onlineArm = (name: string, fields: Partial<ArmFile> = {}): ArmFile => ({ name, sampling: 'online', objective: 'ipo', learningRate: LEARNING_RATE, ...fields });

/** Windows of batches within which the recorded stream is shuffled (App. G has 4 and 500 of 4,000 steps). */
export const WINDOWS: Readonly<Record<StudyForm, readonly [number, number]>> = { full: [4, 100], quick: [4, 50], smoke: [2, 6] };

export const replayName = (task: TaskName, form: StudyForm): string => `replay-${task}${formSuffix(form)}`;

/** Offline on what the online run of the same seed sampled: in its order, and shuffled more and more; elsewhere than on the main task shuffled only. */
export function replayExperiment(task: TaskName, sized: Sized): ExperimentFile {
  const [near, far] = WINDOWS[sized.form];
  const replay = (name: string, order: 'ordered' | 'shuffled' | { window: number }): ArmFile => offlineArm(name, { data: { kind: 'replay', order } });
  const graded = [replay('ordered', 'ordered'), replay('window-near', { window: near }), replay('window-far', { window: far })];
  return experiment(
    {
      name: `replay-${task}`,
      description: `Offline IPO on the data of the online run on ${task}: ordered and shuffled replays (App. F and G).`,
      task,
      arms: [...(task === MAIN_TASK ? graded : []), replay('shuffled', 'shuffled')],
      beta: [ABLATION_BETA],
    },
    sized,
  );
}

export const policyDataName = (task: TaskName, form: StudyForm): string => `policy-data-${task}${formSuffix(form)}`;

/** Tasks of the data-set studies: the main one and another of a different kind. */
export const DATA_TASKS: readonly TaskName[] = [MAIN_TASK, 'summarisation'];

/** Golden-labelled pairs written by policies of the online run: what quality, contrast and closeness to the start each do (sections 5.2 and 6). */
export function policyDataExperiment(task: TaskName, sized: Sized): ExperimentFile {
  type Writer = 'final' | 'early' | 'sft';
  const written = (a: Writer, b: Writer): ArmFile => offlineArm(`${a}-${b}`, { data: { kind: 'policies', policies: [a, b] } });
  return experiment(
    {
      name: `policy-data-${task}`,
      description: `Offline IPO on golden-labelled pairs written by the final, an early and the reference policy of the online run on ${task}.`,
      task,
      arms: [written('final', 'final'), written('early', 'final'), written('sft', 'early'), written('sft', 'sft')],
      beta: [ABLATION_BETA],
    },
    sized,
  );
}

export const bestOf2Name = (task: TaskName, form: StudyForm): string => `best-of-2-${task}${formSuffix(form)}`;

/** Fig. 9 has all but harmlessness. */
export const BEST_OF_2_TASKS: readonly TaskName[] = TASKS.filter((task) => task !== 'harmlessness');

/** The loss has no β: one setting. */
export function bestOf2Experiment(task: TaskName, sized: Sized): ExperimentFile {
  const objective = 'best-of-2' as const;
  return experiment(
    {
      name: `best-of-2-${task}`,
      description: `Best-of-2, a loss without a rejected side, online and offline on ${task}.`,
      task,
      arms: [onlineArm('online', { objective }), offlineArm('offline', { objective }), offlineArm('shuffled', { objective, data: { kind: 'replay', order: 'shuffled' } })],
      beta: [BASELINE_BETA],
    },
    sized,
  );
}

type Size = NonNullable<ExperimentFile['policy']>;

export interface PolicySize {
  readonly label: string;
  readonly policy: Size;
  /** The size that all other experiments of the form have: proxy and opponent of every size are of this one. */
  readonly isUsual: boolean;
}

const usualSize = (form: StudyForm): Size => FORMS[form].policy ?? 'small';
const named = (policy: Exclude<Size, object>, isUsual = false): PolicySize => ({ label: policy, policy, isUsual });

/** Ascending. */
export const SIZES: Readonly<Record<StudyForm, readonly PolicySize[]>> = {
  full: [named('tiny'), named('small', true), named('medium')],
  quick: [named('tiny', true), named('small')],
  smoke: [{ label: 'width 8', policy: usualSize('smoke'), isUsual: true }, { label: 'width 12', policy: { width: 12, layers: 1, heads: 1, feedForward: 8 }, isUsual: false }],
};

const slug = (label: string): string => label.replace(/ /g, '-');
export const sizeName = ({ label }: PolicySize, form: StudyForm): string => `size-${slug(label)}-${MAIN_TASK}${formSuffix(form)}`;

/** The policy's size alone changes (section 5.5): proxy and opponent stay as they are. */
export function sizeExperiment(size: PolicySize, sized: Sized): ExperimentFile {
  const usual = usualSize(sized.form);
  return experiment(
    {
      name: `size-${slug(size.label)}-${MAIN_TASK}`,
      description: `A ${size.label} policy on ${MAIN_TASK}, with the proxy and the opponent of the usual size.`,
      task: MAIN_TASK,
      policy: size.policy,
      arms: [onlineArm('online'), offlineArm('offline'), offlineArm('shuffled', { data: { kind: 'replay', order: 'shuffled' } })],
      beta: [ABLATION_BETA],
      stages: { proxyPolicy: usual, opponentPolicy: usual },
    },
    sized,
  );
}

/** Steps for which samples come from the same copy of the policy. */
export const SYNC_INTERVALS: Readonly<Record<StudyForm, readonly number[]>> = { full: [10, 50, 200], quick: [10, 100], smoke: [2, 6] };

export const semiOnlineName = (form: StudyForm): string => `semi-online-${MAIN_TASK}${formSuffix(form)}`;

/** λ of HyPO, in the scale of the App. B loss: one value, not tuned. */
const HYPO_KL = 0.01;

export function semiOnlineExperiment(sized: Sized): ExperimentFile {
  return experiment(
    {
      name: `semi-online-${MAIN_TASK}`,
      description: `Between online and offline on ${MAIN_TASK}: samples from a copy made every so many steps, batches half of each kind, and offline pairs with the KL on own samples (HyPO).`,
      task: MAIN_TASK,
      arms: [
        ...SYNC_INTERVALS[sized.form].map((syncEvery): ArmFile => ({ ...onlineArm(`sync-${syncEvery}`), sampling: 'semi-online', syncEvery })),
        { ...onlineArm('mixed-half'), sampling: 'mixed', onlineShare: 0.5 },
        offlineArm('hypo', { onPolicyKl: HYPO_KL }),
      ],
      beta: [ABLATION_BETA],
    },
    sized,
  );
}

/** A tenth of the baseline's β and twice the steps: the policy is pressed as far as the proxy lets it. */
const PRESSED_BETA = 0.01;
export const pressedName = (task: TaskName, form: StudyForm): string => `pressed-${task}${formSuffix(form)}`;

export function pressedExperiment(task: TaskName, sized: Sized): ExperimentFile {
  return experiment(
    {
      name: `pressed-${task}`,
      description: `Online IPO at β ${PRESSED_BETA} on ${task}, twice as long: how far the proxy can be pleased.`,
      task,
      arms: [onlineArm('online', { steps: 2 * (FORMS[sized.form].steps ?? 1) })],
      beta: [PRESSED_BETA],
    },
    sized,
  );
}

/** Golden labels that there are: the proxy learns from them, or the offline arm does. Ascending; beyond the last, all pairs (the base experiment). */
export const LABELS: Readonly<Record<StudyForm, readonly number[]>> = { full: [125, 250, 500, 1000, 2000, 4000], quick: [250, 1000], smoke: [20, 60] };
/** Pairs of a built-in task where `stages.pairs` does not say otherwise (schema.ts). */
const ALL_PAIRS = 8000;
export const allLabels = (form: StudyForm): number => FORMS[form].stages.pairs ?? ALL_PAIRS;

export const labelsName = (labels: number, form: StudyForm): string => `labels-${labels}-${MAIN_TASK}${formSuffix(form)}`;

export function labelsExperiment(labels: number, sized: Sized): ExperimentFile {
  return experiment(
    {
      name: `labels-${labels}-${MAIN_TASK}`,
      description: `${labels} golden labels on ${MAIN_TASK}: online learns a proxy from them, offline learns from them itself.`,
      task: MAIN_TASK,
      arms: [onlineArm('online'), offlineArm('offline', { goldenPairs: labels })],
      beta: [ABLATION_BETA],
      stages: { proxyPairs: labels },
    },
    sized,
  );
}

export const proxySizeName = ({ label }: PolicySize, form: StudyForm): string => `proxy-${slug(label)}-${MAIN_TASK}${formSuffix(form)}`;

export function proxySizeExperiment(size: PolicySize, sized: Sized): ExperimentFile {
  return experiment(
    {
      name: `proxy-${slug(size.label)}-${MAIN_TASK}`,
      description: `Online IPO on ${MAIN_TASK} with a proxy that derives from a ${size.label} policy.`,
      task: MAIN_TASK,
      arms: [onlineArm('online')],
      beta: [ABLATION_BETA],
      stages: { proxyPolicy: size.policy },
    },
    sized,
  );
}
