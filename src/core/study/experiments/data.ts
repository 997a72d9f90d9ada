/** Experiments that change the pairs an arm learns from: their order, their writers, their age, and the loss on them. */
import type { ExperimentFile } from '../../experiment/schema';
import { formSuffix } from '../forms';
import type { StudyForm } from '../types';
import { ABLATION_BETA, BASELINE_BETA, experiment, MAIN_TASK, offlineArm, onlineArm, TASKS, type ArmFile, type Sized, type TaskName } from './base';

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
