/** What can be started: the workspace's experiment files and the extension's templates. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { parseExperiment, type ParsedExperiment } from '../../core/experiment';
import { EXPERIMENT_GLOB } from '../ids';
import { runsRoots } from '../settings';

export interface Candidate {
  readonly kind: 'file' | 'template';
  readonly file: string;
  /** The text as the editor has it, saved or not. */
  readonly text: string;
  readonly parsed: ParsedExperiment;
}

const SUFFIX = '.alignment.json';
const MOST_FILES = 200;

export const isExperimentFile = (file: string): boolean => file.endsWith(SUFFIX);
/** Without the long suffix that all of them share. */
export const shortName = (file: string): string => path.basename(file, SUFFIX);

export async function readCandidate(file: string, kind: Candidate['kind']): Promise<Candidate> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.scheme === 'file' && document.uri.fsPath === file);
  const text = open?.getText() ?? (await readFile(file, 'utf8'));
  return { kind, file, text, parsed: parseExperiment(text) };
}

/** Copies that were written next to runs are no sources: starting one again would only find it finished. */
export async function workspaceExperiments(): Promise<Candidate[]> {
  const roots = runsRoots().map((root) => root.path + path.sep);
  const files = (await vscode.workspace.findFiles(EXPERIMENT_GLOB, '**/node_modules/**', MOST_FILES))
    .map((uri) => uri.fsPath)
    .filter((file) => !roots.some((root) => file.startsWith(root)))
    .sort();
  return Promise.all(files.map((file) => readCandidate(file, 'file')));
}

export async function templates(extensionUri: vscode.Uri): Promise<Candidate[]> {
  const folder = vscode.Uri.joinPath(extensionUri, 'media', 'templates').fsPath;
  const names = (await readdir(folder)).filter(isExperimentFile).sort();
  return Promise.all(names.map((name) => readCandidate(path.join(folder, name), 'template')));
}
