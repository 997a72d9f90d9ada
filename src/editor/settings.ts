/** The user's settings, typed; defaults and words are in package.json. */
import path from 'node:path';
import * as vscode from 'vscode';
import { SETTINGS_SECTION } from './ids';
import type { RunsRoot } from './runs/store';

const read = (scope?: vscode.ConfigurationScope) => vscode.workspace.getConfiguration(SETTINGS_SECTION, scope);

/** Every runs folder of every workspace folder; the first one of a folder is where new runs go. */
export function runsRoots(): RunsRoot[] {
  const roots = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').flatMap((folder) =>
    runsFolders(folder).map((name) => ({ path: path.resolve(folder.uri.fsPath, name), folder: folder.name })));
  return roots.filter((root, i) => roots.findIndex((other) => other.path === root.path) === i);
}

export const newRunsRoot = (folder: vscode.WorkspaceFolder): string => path.resolve(folder.uri.fsPath, runsFolders(folder)[0] ?? DEFAULT_FOLDER);

const DEFAULT_FOLDER = 'alignment-runs';

function runsFolders(folder: vscode.WorkspaceFolder): string[] {
  const folders = read(folder.uri).get<unknown>('runsFolders');
  const valid = Array.isArray(folders) ? folders.filter((name): name is string => typeof name === 'string' && name.trim() !== '') : [];
  return valid.length > 0 ? valid : [DEFAULT_FOLDER];
}

/** Training processes at the same time; undefined leaves it to the number of cores. */
export function jobsSetting(): number | undefined {
  const jobs = read().get<number>('jobs', 0);
  return Number.isInteger(jobs) && jobs > 0 ? jobs : undefined;
}

/** Fields that the comparison does not count as differences. */
export const ignoredFields = (): string[] => read().get<string[]>('comparison.ignoredFields', []).filter((pattern) => typeof pattern === 'string');

export const notifiesWhenFinished = (): boolean => read().get<boolean>('notifyWhenFinished', true);

export const affectsSettings = (event: vscode.ConfigurationChangeEvent): boolean => event.affectsConfiguration(SETTINGS_SECTION);
