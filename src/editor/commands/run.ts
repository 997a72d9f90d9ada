/** Commands that start, stop and go on with runs. Each one refuses where the workspace is not trusted. */
import path from 'node:path';
import * as vscode from 'vscode';
import { ACTIVE_STATUSES, isActive } from '../runs/model/state';
import { ensureRead, pickRun } from '../runs/pick';
import { isExperimentFile } from '../start/candidates';
import { chooseExperiment } from '../start/flow';
import { folderFor, startExperiment } from '../start/starter';
import { jobsSetting } from '../settings';
import { elementOf, experimentOf, fileOf, runOf } from './target';
import type { Services } from '../services';

/** Menus hide what cannot be run; this holds for whoever calls a command by its name. */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) throw new Error('Runs execute code with settings of this workspace: trust the workspace first (Workspaces: Manage Workspace Trust). Reading runs needs no trust.');
}

/** @param file an experiment file already chosen; else the user picks one, or a template. */
export async function runExperiment(services: Services, file?: string): Promise<void> {
  requireTrust();
  if ((vscode.workspace.workspaceFolders ?? []).length === 0) return offerToOpenFolder();
  const chosen = await chooseExperiment(services, jobsSetting(), file);
  if (chosen === undefined) return;
  const folder = await folderFor(chosen.candidate.kind === 'file' ? chosen.candidate.file : undefined);
  if (folder === undefined) return;
  const started = await startExperiment(chosen, folder, services.processes, vscode.Uri.joinPath(services.extensionUri, 'dist').fsPath);
  await services.store.scan();
  if (started.kind === 'finished-before') return offerCharts(services, started.directory, started.name);
  services.tracker.begin(started.directory, started.name, started.pid, started.expected);
  await services.view.revealExperiment(started.directory);
}

export async function runExperimentFile(services: Services, target: unknown): Promise<void> {
  const file = fileOf(target);
  await runExperiment(services, file !== undefined && isExperimentFile(file) ? file : undefined);
}

export async function offerToOpenFolder(): Promise<void> {
  const open = vscode.l10n.t('Open Folder…');
  const chosen = await vscode.window.showErrorMessage('Runs are kept in the folder that is open, and none is.', open);
  if (chosen === open) await vscode.commands.executeCommand('workbench.action.files.openFolder');
}

/** The same configuration and seeds give the same numbers: running them again would tell nothing new. */
async function offerCharts({ panels }: Services, directory: string, name: string): Promise<void> {
  const show = vscode.l10n.t('Show Charts');
  const chosen = await vscode.window.showInformationMessage(`${name} has been run with these very settings and seeds. Change one to run it anew.`, show);
  if (chosen === show) panels.show({ kind: 'experiment', path: directory });
}

export async function stop(services: Services, target: unknown): Promise<void> {
  const element = elementOf(target);
  const directory = element?.path ?? (await pickRun(services.store, { title: 'Stop', placeholder: 'Choose the run to stop', filter: (run) => run.status === 'running' }))?.path;
  if (directory !== undefined) await stopDirectory(services, directory);
}

export async function stopDirectory({ store, processes }: Services, directory: string): Promise<void> {
  requireTrust();
  const name = path.basename(directory);
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: `Stopping ${name} after its step` }, () => processes.stop(directory));
  await store.scan();
}

export async function resume(services: Services, target: unknown): Promise<void> {
  const element = elementOf(target);
  const canResume = ['stopped', 'lost', 'failed'];
  const directory = element?.path ?? (await pickRun(services.store, { title: 'Resume', placeholder: 'Choose the run to go on with', filter: (run) => canResume.includes(run.status) }))?.path;
  if (directory !== undefined) await resumeDirectory(services, directory);
}

export async function resumeDirectory({ store, processes, tracker }: Services, directory: string): Promise<void> {
  requireTrust();
  await ensureRead(store);
  const experiment = store.experiment(directory) ?? store.experiments.find(({ runs }) => runs.some((run) => run.path === directory));
  if (experiment === undefined) throw new Error(`There is no run in ${directory}.`);
  const pid = await processes.resume(directory, experiment.path, jobsSetting());
  tracker.begin(experiment.path, experiment.name, pid);
}

/** To the trash, so that a wrong click costs nothing. */
export async function deleteRuns({ store }: Services, target: unknown): Promise<void> {
  const experiment = experimentOf(store, target);
  const run = runOf(store, target);
  const subject = experiment ?? run;
  if (subject === undefined) return;
  const active = experiment !== undefined ? isActive(experiment) : run !== undefined && ACTIVE_STATUSES.has(run.status);
  if (active) throw new Error(`${subject.name} is at work: stop it before you delete it.`);
  const remove = vscode.l10n.t('Move to Trash');
  const what = experiment === undefined ? `the run ${subject.name}` : `the experiment ${subject.name} with its ${experiment.runs.length} runs`;
  const chosen = await vscode.window.showWarningMessage(`Delete ${what}?`, { modal: true, detail: subject.path }, remove);
  if (chosen !== remove) return;
  await moveToTrash(vscode.Uri.file(subject.path));
  await store.scan();
}

/** Remote file systems have no trash; nothing is lost there without a second question. */
async function moveToTrash(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.delete(uri, { recursive: true, useTrash: true });
  } catch (error) {
    const remove = vscode.l10n.t('Delete Permanently');
    const detail = error instanceof Error ? error.message : String(error);
    const chosen = await vscode.window.showWarningMessage('It could not be moved to the trash.', { modal: true, detail }, remove);
    if (chosen === remove) await vscode.workspace.fs.delete(uri, { recursive: true, useTrash: false });
  }
}

