/** Starts a study as an experiment is started: the command line, detached, so that it outlives the window. */
import path from 'node:path';
import { startDetached } from '../../launch';
import { LAUNCH_LOG } from '../runs/processes';
import { studyFolder } from './model/state';
import type { StudyChoice } from './flow';

export interface StudyPlace {
  /** Where its verdict goes. */
  readonly folder: string;
  /** Directories of its experiments. */
  readonly experiments: readonly string[];
}

export function placeOf({ study, form, experiments }: Pick<StudyChoice, 'study' | 'form' | 'experiments'>, root: string): StudyPlace {
  return { folder: path.join(root, studyFolder(study, form)), experiments: experiments.map((name) => path.join(root, name)) };
}

export const studyLogOf = (folder: string): string => path.join(folder, LAUNCH_LOG);

/** @returns the pid. @throws LaunchError when it cannot be started */
export function startStudy({ study, form, seeds, jobs }: StudyChoice, root: string, cliPath: string): Promise<number> {
  const log = studyLogOf(placeOf({ study, form, experiments: [] }, root).folder);
  const args = ['study', study, '--form', form, '--seeds', String(seeds), '--out', root, ...(jobs === undefined ? [] : ['--jobs', String(jobs)])];
  return startDetached(args, { cliPath, cwd: path.dirname(log), log });
}
