/** `vscode.diff` on the normalised configurations of two runs. */
import * as vscode from 'vscode';
import { readRun } from '../../runlog';
import type { Run } from '../../core/run/types';
import { CONFIGURATION_SCHEME } from '../ids';
import { isLogKey, keyOf, nameOfKey, placeOfKey } from '../runs/model/address';
import { ensureRead } from '../runs/pick';
import type { RunStore } from '../runs/store';
import { diffTitle, normalisedConfiguration } from './model/configuration';

/** The run's key is the query: the path is only what people read in the tab. */
export const configurationUri = (run: Run): vscode.Uri =>
  vscode.Uri.from({ scheme: CONFIGURATION_SCHEME, path: `/${run.id}.json`, query: keyOf(run) });

/** A directory is read by itself, a run of another trainer's log with the rest of that log. */
export const configurationDocuments = (store: RunStore): vscode.TextDocumentContentProvider => ({
  provideTextDocumentContent: async ({ query: key }) => {
    if (!isLogKey(key)) return normalisedConfiguration(await readRun(key));
    await ensureRead(store);
    const run = store.run(key);
    if (run === undefined) throw new Error(`The run ${nameOfKey(key)} is not in ${placeOfKey(key)} any more.`);
    return normalisedConfiguration(run);
  },
});

export async function diffConfigurations(a: Run, b: Run): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', configurationUri(a), configurationUri(b), diffTitle(a, b));
}
