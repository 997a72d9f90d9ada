/**
 * The experiments that studies are made of. Several studies use the same one: it is then run once, and each reads its runs.
 * Their names are unlike those of studies, because a study's card lies in a folder of the study's name beside them.
 */
import { BUILT_IN_TASKS, type BuiltInTask, type ExperimentFile } from '../../experiment/schema';
import { FORMS, formSuffix } from '../forms';
import type { StudyForm } from '../types';

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
  /** In place of the form's. */
  readonly length?: Pick<ExperimentFile, 'steps' | 'checkpoints'>;
}

export interface Sized {
  readonly form: StudyForm;
  readonly seeds: readonly number[];
}

export function experiment({ name, description, task, arms, beta, policy, stages, length }: Plan, { form, seeds }: Sized): ExperimentFile {
  const { stages: shared, ...settings } = FORMS[form];
  return {
    name: `${name}${formSuffix(form)}`, description, task, ...settings, ...length,
    ...(policy === undefined ? {} : { policy }),
    arms, beta, seeds: [...seeds],
    stages: { ...shared, ...stages },
  };
}

export type ArmFile = ExperimentFile['arms'][number];

export const offlineArm = (name: string, fields: Partial<ArmFile> = {}): ArmFile => ({ name, sampling: 'offline', objective: 'ipo', learningRate: LEARNING_RATE, ...fields });
export const onlineArm = (name: string, fields: Partial<ArmFile> = {}): ArmFile => ({ name, sampling: 'online', objective: 'ipo', learningRate: LEARNING_RATE, ...fields });

export const baseName = (task: TaskName, form: StudyForm): string => `base-${task}${formSuffix(form)}`;

/** Both arms with the same settings, and as many of them: a maximum over more settings would favour whoever has more. */
export function baseExperiment(task: TaskName, sized: Sized): ExperimentFile {
  return experiment(
    {
      name: `base-${task}`,
      description: `Online and offline IPO on ${task}, both at β ${BASELINE_BETA} and ${ABLATION_BETA}.`,
      task,
      arms: [onlineArm('online'), offlineArm('offline')],
      beta: [BASELINE_BETA, ABLATION_BETA],
    },
    sized,
  );
}
