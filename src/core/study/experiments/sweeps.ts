/** Experiments that sweep a quantity: the policy's size, the proxy's size and labels, and how hard the proxy is pressed. */
import type { ExperimentFile } from '../../experiment/schema';
import { formSuffix, FORMS } from '../forms';
import type { StudyForm } from '../types';
import { ABLATION_BETA, experiment, MAIN_TASK, offlineArm, onlineArm, type Sized, type TaskName } from './base';

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
  full: [{ label: 'width 8', policy: { width: 8, layers: 1, heads: 2, feedForward: 16 }, isUsual: false }, named('tiny'), named('small', true), named('medium')],
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

/** A tenth of the baseline's β and twice the steps: the policy is pressed as far as the proxy lets it. */
const PRESSED_BETA = 0.01;
export const pressedName = (task: TaskName, form: StudyForm): string => `pressed-${task}${formSuffix(form)}`;

export function pressedExperiment(task: TaskName, sized: Sized): ExperimentFile {
  return experiment(
    {
      name: `pressed-${task}`,
      description: `Online IPO at β ${PRESSED_BETA} on ${task}, twice as long: how far the proxy can be pleased.`,
      task,
      arms: [onlineArm('online')],
      beta: [PRESSED_BETA],
      length: twice(sized.form),
    },
    sized,
  );
}

/** The usual checkpoints, and in the second half, where the golden win rate may fall, evenly spaced ones. */
function twice(form: StudyForm): Pick<ExperimentFile, 'steps' | 'checkpoints'> {
  const { steps = 1, checkpoints = 1 } = FORMS[form];
  return { steps: 2 * steps, checkpoints: typeof checkpoints === 'number' ? 2 * checkpoints : [...checkpoints, ...[1, 1.25, 1.5, 1.75].map((share) => Math.round(share * steps))] };
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
