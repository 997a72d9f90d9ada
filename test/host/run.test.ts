import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension';
import { activated, ID, until } from './support/extension';
import { experimentPath, removeRuns, workspaceFolder } from './support/runs';

const EXPERIMENT = {
  name: 'tiny', task: 'summarisation', policy: 'tiny', steps: 20, checkpoints: 4, seeds: [1],
  arms: [{ name: 'online', sampling: 'online' }, { name: 'offline', sampling: 'offline' }],
  evaluation: { prompts: 16, pairs: 16, samples: 2 },
};

/** The first row of the open list: it may not be there yet when the first call comes. */
async function acceptFirst(has: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 40 && !has(); attempt += 1) {
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await wait(250);
  }
}

/** The processes are real, detached ones; only the training itself is the test double's. */
describe('running an experiment', () => {
  let api: ExtensionApi;
  const file = () => path.join(workspaceFolder(), 'tiny.alignment.json');
  const statuses = () => api.store.experiment(experimentPath('tiny'))?.runs.map((run) => run.status) ?? [];

  before(async () => {
    api = await activated();
    const extension = vscode.extensions.getExtension(ID);
    process.env['ALIGNMENT_GAP_TRAINER'] = path.join(extension?.extensionPath ?? '', 'test', 'fixtures', 'fake-trainer', 'trainer.mjs');
    process.env['FAKE_STEP_MS'] = '150';
    writeFileSync(file(), JSON.stringify(EXPERIMENT));
    await vscode.commands.executeCommand('alignmentGap.runs.focus');
  });
  after(async () => {
    for (const name of ['ALIGNMENT_GAP_TRAINER', 'FAKE_STEP_MS']) Reflect.deleteProperty(process.env, name);
    await vscode.workspace.fs.delete(vscode.Uri.file(file()));
    removeRuns();
  });

  it('starts it from its file, keeps a resolved copy with the runs, and follows it', async () => {
    void vscode.commands.executeCommand('alignmentGap.runExperimentFile', vscode.Uri.file(file()));
    await acceptFirst(() => existsSync(experimentPath('tiny')));
    await until('a run is running', () => statuses().includes('running'), 25_000);
    const copy = readFileSync(path.join(experimentPath('tiny'), 'tiny.alignment.json'), 'utf8');
    assert.match(copy, /^\/\/ Resolved copy, written when the experiment was started from tiny\.alignment\.json\.\n/);
    assert.match(copy, /"batchSize": 32/, 'defaults are written out');
  });

  it('stops the whole experiment, and resumes it to its end', async () => {
    const element = api.view.provider.element({ kind: 'experiment', path: experimentPath('tiny') });
    await vscode.commands.executeCommand('alignmentGap.stop', element);
    await until('nothing runs', () => statuses().length === 2 && !statuses().includes('running'));
    assert.ok(!statuses().includes('finished'));
    process.env['FAKE_STEP_MS'] = '5';
    await vscode.commands.executeCommand('alignmentGap.resume', element);
    await until('both are finished', () => statuses().every((status) => status === 'finished'), 25_000);
  });

  it('does not run again what would give the same numbers', async () => {
    const log = (): string => readFileSync(path.join(experimentPath('tiny'), 'launch.log'), 'utf8');
    // The runs end before the command line has printed its summary.
    await until('the first study has printed its last line', () => log().trimEnd().split('\n').at(-1)?.startsWith('Report: ') === true);
    const before = log();
    let returned = false;
    void vscode.commands.executeCommand('alignmentGap.runExperimentFile', vscode.Uri.file(file())).then(() => { returned = true; });
    await wait(1000);
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await wait(1500);
    await vscode.commands.executeCommand('notifications.clearAll');
    await until('the command has returned', () => returned);
    assert.equal(log(), before);
  });

  it('opens a broken file at the place of its first problem instead of running it', async () => {
    const broken = path.join(workspaceFolder(), 'broken.alignment.json');
    writeFileSync(broken, '{\n  "name": "broken",\n  "task": "summarisation",\n  "arms": [],\n  "stepz": 3\n}\n');
    await vscode.commands.executeCommand('alignmentGap.runExperimentFile', vscode.Uri.file(broken));
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.fsPath, broken);
    assert.deepEqual([editor?.selection.active.line, editor?.selection.active.character], [3, 10]);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(vscode.Uri.file(broken));
  });
});
