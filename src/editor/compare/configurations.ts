/** `vscode.diff` on the normalised configurations of two runs. */
import * as vscode from 'vscode';
import { readRun } from '../../runlog';
import type { Run } from '../../core/run/types';
import { CONFIGURATION_SCHEME } from '../ids';
import { diffTitle, normalisedConfiguration } from './model/configuration';

/** The run's directory is the query: the path is only what people read in the tab. */
export const configurationUri = (run: Run): vscode.Uri =>
  vscode.Uri.from({ scheme: CONFIGURATION_SCHEME, path: `/${run.id}.json`, query: run.path });

export const configurationDocuments: vscode.TextDocumentContentProvider = {
  provideTextDocumentContent: async (uri) => normalisedConfiguration(await readRun(uri.query)),
};

export async function diffConfigurations(a: Run, b: Run): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', configurationUri(a), configurationUri(b), diffTitle(a, b));
}
