import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension';
import { activated, row, rows, until } from './support/extension';
import { appendTo, checkpoint, experimentPath, finished, manifest, removeRuns, runPath, started, writeExperiment, writeRun } from './support/runs';

const iconOf = (item: vscode.TreeItem) => (item.iconPath instanceof vscode.ThemeIcon ? item.iconPath.id : undefined);

describe('the tree of runs', () => {
  let api: ExtensionApi;

  before(async () => {
    await writeRun(manifest('study', 'online-b0.1-s1'), [started('gone'), checkpoint(0, 0.1, 0), checkpoint(50, 0.31, 2.1), checkpoint(100, 0.41, 3.2), finished]);
    await writeRun(manifest('study', 'offline-b0.1-s1', 'offline'), [started('gone'), checkpoint(0, 0.1, 0), checkpoint(50, 0.2, 2.4)]);
    await writeRun(manifest('study', 'online-b0.1-s2', 'online', 2), [started('alive'), checkpoint(0, 0.1, 0)]);
    await writeExperiment('study', ['online-b0.1-s1', 'offline-b0.1-s1', 'online-b0.1-s2']);
    api = await activated();
    await vscode.commands.executeCommand('alignmentGap.runs.focus');
    await until('the runs are read', () => api.store.experiments.some(({ name }) => name === 'study'));
  });
  after(removeRuns);

  it('shows experiment, runs in the order of the plan, and checkpoints', () => {
    const study = row(api, 'study');
    assert.deepEqual(rows(api, study.element).map(({ item }) => item.label), ['online-b0.1-s1', 'offline-b0.1-s1', 'online-b0.1-s2']);
    const run = row(api, 'online-b0.1-s1', study.element);
    assert.equal(run.item.description, 'win 0.41 · KL 3.2/5 nats');
    const last = row(api, 'step 100', run.element);
    assert.equal(last.item.description, 'win 0.41 [.32, .51] · KL 3.2');
  });

  it('derives the status from the processes, not from what files say', () => {
    const study = row(api, 'study');
    assert.equal(iconOf(row(api, 'online-b0.1-s1', study.element).item), 'pass');
    assert.equal(iconOf(row(api, 'offline-b0.1-s1', study.element).item), 'question');
    assert.equal(iconOf(row(api, 'online-b0.1-s2', study.element).item), 'loading~spin');
    assert.match(String(row(api, 'offline-b0.1-s1', study.element).item.description), /· lost at step 50\/100$/);
  });

  it('counts the running run on the badge, and says it in words for a screen reader', async () => {
    await until('the badge', () => api.view.view.badge?.value === 1);
    const { item } = row(api, 'online-b0.1-s1', row(api, 'study').element);
    assert.equal(item.accessibilityInformation?.label, 'Run online-b0.1-s1, finished, step 100 of 100; win rate 0.41; KL used 3.2 of 5 nats');
  });

  it('makes a tooltip only when it is asked for', () => {
    const { item, element } = row(api, 'online-b0.1-s1', row(api, 'study').element);
    assert.equal(item.tooltip, undefined);
    const { tooltip } = api.view.provider.resolveTreeItem(item, element);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.match(tooltip.value, /\| Win rate \| 0\.41 \[\.32, \.51\] \|/);
  });

  it('follows a run that writes, changing its row and keeping its element', async () => {
    const before = row(api, 'online-b0.1-s2', row(api, 'study').element);
    await appendTo('study', 'online-b0.1-s2', [checkpoint(50, 0.35, 2.5)]);
    await until('the new checkpoint', () => rows(api, before.element).length === 2);
    const after = row(api, 'online-b0.1-s2', row(api, 'study').element);
    assert.equal(after.element, before.element);
    assert.equal(after.item.description, 'win 0.35 · KL 2.5/5 nats · step 50/100');
    await appendTo('study', 'online-b0.1-s2', [finished]);
    await until('it is finished', () => iconOf(row(api, 'online-b0.1-s2', row(api, 'study').element).item) === 'pass');
    await until('the badge is gone', () => api.view.view.badge === undefined);
  });

  it('takes up a run that was not there, and lets go of one that was deleted', async () => {
    await writeRun(manifest('second', 'online-b0.1-s1'), [started('gone'), finished]);
    await until('the new experiment', () => rows(api).some(({ item }) => item.label === 'second'));
    await vscode.workspace.fs.delete(vscode.Uri.file(experimentPath('second')), { recursive: true });
    await until('it is gone again', () => !rows(api).some(({ item }) => item.label === 'second'));
  });

  it('survives a torn line and a manifest that is none', async () => {
    await writeRun(manifest('torn', 'online-b0.1-s1'), [started('gone'), checkpoint(0, 0.1, 0)]);
    const metrics = vscode.Uri.file(`${runPath('torn', 'online-b0.1-s1')}/metrics.jsonl`);
    const text = Buffer.from(await vscode.workspace.fs.readFile(metrics)).toString();
    await vscode.workspace.fs.writeFile(metrics, Buffer.from(`${text}{"event":"checkpoint","step":5`));
    await vscode.workspace.fs.writeFile(vscode.Uri.file(`${runPath('torn', 'broken')}/run.json`), Buffer.from('{'));
    await until('the readable run is shown', () => rows(api).some(({ item }) => item.label === 'torn'));
    assert.deepEqual(rows(api, row(api, 'torn').element).map(({ item }) => item.label), ['online-b0.1-s1']);
  });
});
