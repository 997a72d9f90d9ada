import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension';
import { activated, row, until } from './support/extension';
import { checkpoint, experimentPath, finished, manifest, removeRuns, runPath, started, writeExperiment, writeRun } from './support/runs';

const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);

describe('panels', () => {
  let api: ExtensionApi;

  before(async () => {
    await writeRun(manifest('panels', 'online-b0.1-s1'), [started('gone'), checkpoint(0, 0.1, 0), checkpoint(50, 0.31, 2.1), checkpoint(100, 0.41, 3.2), finished]);
    await writeRun(manifest('panels', 'offline-b0.1-s1', 'offline'), [started('gone'), checkpoint(0, 0.1, 0), checkpoint(50, 0.2, 2.4), checkpoint(100, 0.25, 3.5), finished]);
    await writeExperiment('panels', ['online-b0.1-s1', 'offline-b0.1-s1']);
    api = await activated();
    await vscode.commands.executeCommand('alignmentGap.runs.focus');
    await until('the runs are read', () => api.store.experiment(experimentPath('panels')) !== undefined);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    removeRuns();
  });

  it('opens the charts of an experiment, whose page loads and asks for its data', async () => {
    const { element } = row(api, 'panels');
    await vscode.commands.executeCommand('alignmentGap.showCharts', element);
    const subject = { kind: 'experiment', path: experimentPath('panels') } as const;
    await until('the page is ready', () => api.panels.isReady(subject));
    assert.equal(tabs().filter(({ label }) => label === 'panels').length, 1);
    await vscode.commands.executeCommand('alignmentGap.showCharts', element);
    assert.equal(tabs().filter(({ label }) => label === 'panels').length, 1, 'a second call reveals the first panel');
  });

  it('compares the run selected with another one', async () => {
    const experiment = row(api, 'panels').element;
    await vscode.commands.executeCommand('alignmentGap.selectForCompare', row(api, 'offline-b0.1-s1', experiment).element);
    await vscode.commands.executeCommand('alignmentGap.compareWithSelected', row(api, 'online-b0.1-s1', experiment).element);
    const subject = { kind: 'comparison', a: runPath('panels', 'offline-b0.1-s1'), b: runPath('panels', 'online-b0.1-s1') } as const;
    await until('the page is ready', () => api.panels.isReady(subject));
  });

  it('diffs the two normalised configurations natively', async () => {
    const experiment = row(api, 'panels').element;
    const pair = ['offline-b0.1-s1', 'online-b0.1-s1'].map((name) => row(api, name, experiment).element);
    await vscode.commands.executeCommand('alignmentGap.compareConfigurations', pair[0], pair);
    await until('the diff is open', () => tabs().some(({ input }) => input instanceof vscode.TabInputTextDiff));
    const diff = tabs().find(({ input }) => input instanceof vscode.TabInputTextDiff);
    assert.equal(diff?.label, 'offline-b0.1-s1 ↔ online-b0.1-s1 (configuration)');
    const input = diff?.input as vscode.TabInputTextDiff;
    const [left, right] = await Promise.all([input.original, input.modified].map((uri) => vscode.workspace.openTextDocument(uri)));
    const lines = (document: vscode.TextDocument | undefined) => document?.getText().split('\n') ?? [];
    const changed = lines(left).filter((line) => !lines(right).includes(line));
    assert.deepEqual(changed, ['  "arm": "offline",', '  "sampling": "offline",']);
    assert.deepEqual(Object.keys(JSON.parse(left?.getText() ?? '{}') as object), Object.keys(JSON.parse(left?.getText() ?? '{}') as object).sort());
  });
});
