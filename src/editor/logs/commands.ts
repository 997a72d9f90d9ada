/** Commands about other trainers' logs: add, show, say what they are, read again, remove. All of them only read: no trust is needed. */
import path from 'node:path';
import * as vscode from 'vscode';
import { elementOf, runOf } from '../commands/target';
import { RUN_CHARTS } from '../ids';
import { logRootKey } from '../runs/model/address';
import type { RootState } from '../runs/model/state';
import type { Services } from '../services';
import { choicesFor, type SourceChoice } from './model/choices';
import { candidatesOf, saidOf, type LogsState } from './model/state';
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

/** Of a run: its log. Of an added folder: all of it, or one of its logs, also one that cannot be read as what it is said to be. */
export async function readLogAs({ store, logs }: Services, target: unknown): Promise<void> {
  const root = rootOf(store.state, target) ?? (await pickRoot(store.state));
  if (root?.logs === undefined) return;
  const run = runOf(store, target);
  const log = run === undefined ? await pickLog(root, root.logs) : { at: run.path, name: run.name, candidates: candidatesOf(root.logs, run) };
  if (log === undefined) return;
  const paths = [log.at, ...log.candidates.map((one) => one.path)];
  const isWhole = log.at === root.logs.target;
  const items = choicesFor(log.candidates, saidOf(root.logs, isWhole ? [log.at] : paths)).map(({ heading, label, description, detail, choice }): SourceItem => ({
    label, description, detail, ...(heading ? { kind: vscode.QuickPickItemKind.Separator } : {}), ...(choice === undefined ? {} : { choice }),
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: `Read ${log.name} As`, placeHolder: `What is ${log.at}?`, matchOnDescription: true, matchOnDetail: true });
  if (chosen?.choice === undefined) return;
  // It may have been said by the path of another of its candidates.
  for (const other of isWhole ? [] : paths.slice(1)) if (other !== log.at && root.logs.sources[other] !== undefined) await setLogSource(other, undefined);
  await setLogSource(log.at, chosen.choice.source);
  await logs.scan();
}

interface ChosenLog {
  readonly at: string;
  readonly name: string;
  readonly candidates: LogsState['detections'][number];
}

/** Of a folder with one log at most there is nothing to choose. */
async function pickLog({ folder }: RootState, { target, detections, sources }: LogsState): Promise<ChosenLog | undefined> {
  const whole: ChosenLog = { at: target, name: folder, candidates: detections.flat() };
  const inside = detections.flatMap((candidates) => candidates.slice(0, 1).map((first) => ({ first, candidates }))).filter(({ first }) => first.path !== target);
  if (inside.length === 0) return whole;
  const items = inside.map(({ first, candidates }) => {
    const name = path.relative(target, first.path);
    const said = candidates.some((one) => sources[one.path] !== undefined) ? ' · set by you' : '';
    return { label: name, description: `${first.source}${said}`, detail: first.reason, log: { at: first.path, name, candidates } };
  });
  const all = { label: `All of ${folder}`, description: sources[target] === undefined ? '' : `${sources[target]} · set by you`, log: whole };
  return (await vscode.window.showQuickPick([all, ...items], { title: 'Read As', placeHolder: 'Which log?', matchOnDescription: true }))?.log;
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
  return element && roots.find(({ path: key, experiments }) =>
    key === element.path || experiments.some((experiment) => experiment.path === element.path || experiment.runs.some((run) => 'key' in run && run.key === element.path)));
}

async function pickRoot(roots: readonly RootState[]): Promise<RootState | undefined> {
  const added = roots.filter(({ logs }) => logs !== undefined && !logs.isHidden);
  if (added.length === 0) throw new Error('No log folder has been added. Add one with "Add Log Folder…".');
  const items = added.map((root) => ({ label: root.folder, description: root.logs?.target ?? '', root }));
  return (await vscode.window.showQuickPick(items, { placeHolder: 'Choose a log folder' }))?.root;
}
