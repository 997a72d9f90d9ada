/** Opens another trainer's log: as text where it is text, as charts where it is not. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Run } from '../../core/run/types';
import { RUN_CHARTS } from '../ids';
import { isText } from './model/files';

export async function openForeignLog(run: Run): Promise<void> {
  const names = Array.isArray(run.environment.files) ? run.environment.files.filter((name) => typeof name === 'string') : [];
  for (const file of [run.path, ...names.map((name) => path.join(run.path, name))]) {
    if (!(await isFile(file))) continue;
    const uri = vscode.Uri.file(file);
    if (isText(file)) await vscode.window.showTextDocument(uri, { preview: true });
    else await vscode.commands.executeCommand('vscode.openWith', uri, RUN_CHARTS);
    return;
  }
  // A folder of many files (MLflow): no single one is the log.
  await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(run.path));
}

const isFile = (file: string): Promise<boolean> => stat(file).then((found) => found.isFile(), () => false);
