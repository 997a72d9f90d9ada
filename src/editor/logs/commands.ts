/** Commands about other trainers' logs: add, show, say what they are, read again, remove. All of them only read: no trust is needed. */
import * as vscode from 'vscode';
import { elementOf, runOf } from '../commands/target';
import { RUN_CHARTS } from '../ids';
import { logRootKey } from '../runs/model/address';
import type { RootState } from '../runs/model/state';
import type { Services } from '../services';
import { choicesFor, type SourceChoice } from './model/choices';
import { candidatesOf, saidOf } from './model/state';
import { addLogFolders, removeLogFolder, setLogSource } from './settings';

export async function addLogs(services: Services): Promise<void> {
  const uris = await vscode.window.showOpenDialog({
    title: 'Add Log Folder', openLabel: 'Add', canSelectFolders: true, canSelectFiles: true, canSelectMany: true,
    ...(vscode.workspace.workspaceFolders?.[0] === undefined ? {} : { defaultUri: vscode.workspace.workspaceFolders[0].uri }),
  });
  if (uris !== undefined) await addPaths(services, uris.map(({ fsPath }) => fsPath));
}

/** From the explorer: what was clicked, and what was selected with it. */
export async function addLogsHere(services: Services, target: unknown, selected: unknown): Promise<void> {
  const chosen: unknown[] = Array.isArray(selected) && selected.length > 0 ? selected : [target];
  const uris = chosen.filter((one) => one instanceof vscode.Uri);
  if (uris.length === 0) return addLogs(services);
  await addPaths(services, uris.map(({ fsPath }) => fsPath));
}

export async function addPaths({ logs, view }: Services, paths: readonly string[]): Promise<void> {
  await addLogFolders(paths);
  void logs.scan();
  const [first] = paths;
  if (first !== undefined) await view.revealRoot(logRootKey(first));
}

export async function openRunCharts(target: unknown): Promise<void> {
  const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
  if (uri !== undefined) await vscode.commands.executeCommand('vscode.openWith', uri, RUN_CHARTS);
}

type SourceItem = vscode.QuickPickItem & { readonly choice?: SourceChoice };

/** Of a run: its log alone; of an added folder or file: all of it. */
export async function readLogAs({ store, logs }: Services, target: unknown): Promise<void> {
  const root = rootOf(store.state, target) ?? (await pickRoot(store.state));
  if (root?.logs === undefined) return;
  const run = runOf(store, target);
  const candidates = run === undefined ? root.logs.detections.flat() : candidatesOf(root.logs, run);
  const at = run?.path ?? root.logs.target;
  const said = saidOf(root.logs, run === undefined ? [at] : candidates.map((one) => one.path));
  const items = choicesFor(candidates, said).map(({ heading, label, description, detail, choice }): SourceItem => ({
    label, description, detail, ...(heading ? { kind: vscode.QuickPickItemKind.Separator } : {}), ...(choice === undefined ? {} : { choice }),
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: `Read ${run?.name ?? root.folder} As`, placeHolder: `What is ${at}?`, matchOnDescription: true, matchOnDetail: true });
  if (chosen?.choice === undefined) return;
  // A log may have been said to be something by the path of another of its candidates.
  for (const one of candidates) if (one.path !== at && root.logs.sources[one.path] !== undefined && run !== undefined) await setLogSource(one.path, undefined);
  await setLogSource(at, chosen.choice.source);
  await logs.scan();
}

export async function readLogAgain({ store, logs }: Services, target: unknown): Promise<void> {
  const root = rootOf(store.state, target);
  if (root !== undefined) await logs.readAgain(root.path);
}

export async function removeLogs({ store, logs }: Services, target: unknown): Promise<void> {
  const root = rootOf(store.state, target) ?? (await pickRoot(store.state));
  if (root?.logs === undefined) return;
  await removeLogFolder(root.logs.target);
  await logs.scan();
}

/** The root of a row. */
function rootOf(roots: readonly RootState[], target: unknown): RootState | undefined {
  const element = elementOf(target);
  return element && roots.find(({ path, experiments }) =>
    path === element.path || experiments.some((experiment) => experiment.path === element.path || experiment.runs.some((run) => 'key' in run && run.key === element.path)));
}

async function pickRoot(roots: readonly RootState[]): Promise<RootState | undefined> {
  const added = roots.filter(({ logs }) => logs !== undefined && !logs.isHidden);
  if (added.length === 0) throw new Error('No log folder has been added. Add one with "Add Log Folder…".');
  const items = added.map((root) => ({ label: root.folder, description: root.logs?.target ?? '', root }));
  return (await vscode.window.showQuickPick(items, { placeHolder: 'Choose a log folder' }))?.root;
}
