/** From a chosen draft to a running experiment: plan it, keep a copy of its file with it, start it detached. */
import path from 'node:path';
import * as vscode from 'vscode';
import { defaultJobs, estimatePlan, planExperiment, trainerIn, type ExperimentPlan } from '../../launch';
import { readRun, writeFileAtomic } from '../../runlog';
import { LAUNCH_LOG, type Processes } from '../runs/processes';
import { newRunsRoot } from '../settings';
import { shortName } from './candidates';
import type { Chosen } from './flow';
import { experimentText } from './model/plan';
import { expectedOf, type Expected } from './model/progress';

export interface Started {
  readonly kind: 'started' | 'finished-before';
  readonly directory: string;
  readonly name: string;
  readonly pid: number | undefined;
  /** What its jobs will take, where steps were measured here before. */
  readonly expected?: Expected;
}

/** @param programs the folder of `trainer.js` */
export async function startExperiment({ candidate, draft }: Chosen, folder: vscode.WorkspaceFolder, processes: Processes, programs: string): Promise<Started> {
  const root = newRunsRoot(folder);
  const plan = await planExperiment({ file: candidate.file, text: JSON.stringify(draft.experiment), root });
  const { directory, name } = plan;
  if (await isFinished(plan)) return { kind: 'finished-before', directory, name, pid: undefined };
  const file = path.join(directory, `${name}.alignment.json`);
  const task = plan.runs[0]?.config.task ?? draft.experiment.task;
  // The copy's name is the directory's, so that running the copy finds this very directory; its pairs' path is absolute.
  const resolved = { ...draft, experiment: { ...draft.experiment, name, task } };
  await writeFileAtomic(file, experimentText(resolved, candidate.kind === 'template' ? `the template ${shortName(candidate.file)}` : vscode.workspace.asRelativePath(candidate.file)));
  const pid = await processes.run({ file, experiment: directory, root, jobs: draft.jobs });
  const estimate = await estimatePlan(plan, draft.jobs ?? defaultJobs(plan.runs.length), trainerIn(programs));
  return { kind: 'started', directory, name, pid, ...(estimate === undefined ? {} : { expected: expectedOf(estimate, name) }) };
}

async function isFinished({ isContinued, directory, runs }: ExperimentPlan): Promise<boolean> {
  if (!isContinued) return false;
  const read = await Promise.all(runs.map(({ name }) => readRun(path.join(directory, name))));
  return read.every((run) => run.status === 'finished');
}

export const launchLogOf = (directory: string): vscode.Uri => vscode.Uri.file(path.join(directory, LAUNCH_LOG));

/** The folder whose runs folder takes a new experiment. */
export async function folderFor(file: string | undefined): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const own = file === undefined ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file));
  if (own !== undefined) return own;
  return folders.length > 1 ? vscode.window.showWorkspaceFolderPick({ placeHolder: 'Choose the folder that takes the runs' }) : folders[0];
}
