/** The settings about other trainers' logs: which folders and files are shown, and what the user says that they are. */
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ForeignSource } from '../../importers';
import { SETTINGS_SECTION } from '../ids';
import { isSource } from './model/sources';
import type { LogFolder } from './model/state';

const FOLDERS = 'logFolders';
const SOURCES = 'logSources';

type Folder = vscode.WorkspaceFolder | undefined;

const localFolders = (): vscode.WorkspaceFolder[] => (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
/** Without a workspace only the user's own settings count. */
const scopes = (): Folder[] => (localFolders().length > 0 ? localFolders() : [undefined]);
const read = (folder: Folder) => vscode.workspace.getConfiguration(SETTINGS_SECTION, folder?.uri ?? null);

/** Relative paths are below the workspace folder whose setting they stand in; `~` is the home directory. */
function absolute(folder: Folder, given: string): string {
  const expanded = /^~(?=[\\/]|$)/.test(given) ? path.join(os.homedir(), given.slice(1)) : given;
  return path.resolve(folder?.uri.fsPath ?? os.homedir(), expanded);
}

/** Every folder and file that is to be shown, each once. */
export function logFolders(): LogFolder[] {
  const found = scopes().flatMap((folder) => strings(read(folder).get<unknown>(FOLDERS)).map((name) => folderOf(absolute(folder, name), folder)));
  return found.filter(({ path: at }, i) => found.findIndex((other) => other.path === at) === i);
}

/** A file that an editor shows. */
export function editorFolder(file: string): LogFolder {
  return { ...folderOf(file, vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))), isHidden: true };
}

function folderOf(at: string, folder: Folder): LogFolder {
  const inside = folder === undefined ? undefined : relativeWithin(folder.uri.fsPath, at);
  return { path: at, label: inside ?? path.basename(at), isHidden: false, sources: sourcesBelow(at) };
}

/** Those that can concern this target: equal sources are one reading, and what is said elsewhere must not begin it anew. */
function sourcesBelow(target: string): Record<string, ForeignSource> {
  const said = scopes().flatMap((folder) =>
    Object.entries(read(folder).get<Record<string, unknown>>(SOURCES) ?? {}).flatMap(([name, source]): [string, ForeignSource][] =>
      isSource(source) ? [[absolute(folder, name), source]] : []));
  return Object.fromEntries(said.filter(([at]) => at === target || relativeWithin(target, at) !== undefined));
}

/** The path below the folder, undefined where it is not below it, or is the folder itself. */
function relativeWithin(folder: string, at: string): string | undefined {
  const relative = path.relative(folder, at);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? undefined : relative.split(path.sep).join('/');
}

/** @returns the paths that were not there yet */
export async function addLogFolders(paths: readonly string[]): Promise<string[]> {
  const known = new Set(logFolders().map((one) => one.path));
  const added = [...new Set(paths)].filter((at) => !known.has(at));
  for (const [folder, group] of byFolder(added)) {
    const names = group.map((at) => (folder === undefined ? at : relativeWithin(folder.uri.fsPath, at) ?? at));
    await write(folder, FOLDERS, [...strings(own(folder, FOLDERS)), ...names]);
  }
  return added;
}

/** From whichever workspace folder's settings it stands in. */
export async function removeLogFolder(at: string): Promise<void> {
  for (const folder of scopes()) {
    const names = strings(own(folder, FOLDERS));
    const left = names.filter((name) => absolute(folder, name) !== at);
    if (left.length < names.length) await write(folder, FOLDERS, left.length === 0 ? undefined : left);
  }
  if (logFolders().some((one) => one.path === at)) throw new Error(`${at} stands in the settings of the user or of the workspace file (alignmentGap.logFolders): take it out there.`);
}

/** @param source undefined: as detected again */
export async function setLogSource(at: string, source: ForeignSource | undefined): Promise<void> {
  const [[folder] = [undefined]] = byFolder([at]);
  const said = { ...(own(folder, SOURCES) as Record<string, unknown> | undefined) };
  const name = folder === undefined ? at : relativeWithin(folder.uri.fsPath, at) ?? at;
  for (const key of Object.keys(said)) if (absolute(folder, key) === at) Reflect.deleteProperty(said, key);
  if (source !== undefined) said[name] = source;
  await write(folder, SOURCES, Object.keys(said).length === 0 ? undefined : said);
}

/** Where a path is written down: in the folder that holds it, else in the first one, else in the user's settings. */
function byFolder(paths: readonly string[]): [Folder, string[]][] {
  const groups = new Map<Folder, string[]>();
  for (const at of paths) {
    const [first] = localFolders();
    const owner = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(at)) ?? first;
    groups.set(owner, [...(groups.get(owner) ?? []), at]);
  }
  return [...groups];
}

/** As it stands in the settings that are written to, without what is inherited. */
function own(folder: Folder, key: string): unknown {
  const found = read(folder).inspect<unknown>(key);
  return folder === undefined ? found?.globalValue : found?.workspaceFolderValue ?? found?.workspaceValue;
}

async function write(folder: Folder, key: string, value: unknown): Promise<void> {
  await read(folder).update(key, value, folder === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.WorkspaceFolder);
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string' && one.trim() !== '') : []);
