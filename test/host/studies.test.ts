import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension';
import { activated, ID, row, rows, until } from './support/extension';
import { experimentPath, removeRuns } from './support/runs';

/** The processes are real, detached ones; only the training itself is the test double's. */
describe('running a study', function () {
  this.timeout(120_000);
  let api: ExtensionApi;
  const folder = () => experimentPath('semi-online-smoke');
  const verdict = () => path.join(folder(), 'verdict.json');
  const studies = () => api.store.studies.filter((study) => study.path === folder());

  before(async () => {
    api = await activated();
    const extension = vscode.extensions.getExtension(ID);
    process.env['ALIGNMENT_GAP_TRAINER'] = path.join(extension?.extensionPath ?? '', 'test', 'fixtures', 'fake-trainer', 'trainer.mjs');
    process.env['FAKE_STEP_MS'] = '5';
    await vscode.commands.executeCommand('alignmentGap.runs.focus');
  });
  after(async () => {
    for (const name of ['ALIGNMENT_GAP_TRAINER', 'FAKE_STEP_MS']) Reflect.deleteProperty(process.env, name);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('notifications.clearAll');
    removeRuns();
  });

  it('has a command', async () => {
    const commands = await vscode.commands.getCommands(true);
    assert.ok(['alignmentGap.runStudy', 'alignmentGap.showVerdict'].every((id) => commands.includes(id)));
  });

  it('starts one that is named, whose experiments appear, and whose card appears at its end', async () => {
    await vscode.commands.executeCommand('alignmentGap.runStudy', { study: 'semi-online', form: 'smoke', seeds: 1 });
    await until('its experiments appear', () => api.store.experiment(experimentPath('semi-online-helpfulness-smoke')) !== undefined, 30_000);
    await until('its card appears', () => studies().length === 1, 80_000);
    assert.equal(studies()[0]?.card?.study, 'semi-online');
    const log = path.join(folder(), 'launch.log');
    assert.ok(existsSync(log));
    await until('the command line has ended', () => readFileSync(log, 'utf8').includes('Card: '));
    assert.ok(studies()[0]?.card?.runs.every(({ status }) => status === 'finished'), readFileSync(log, 'utf8'));
  });

  it('shows the verdict from its row, which opens as a file does', async () => {
    const { element, item } = row(api, 'Semi-online and hybrid (smoke)');
    assert.equal(item.command?.command, 'alignmentGap.showVerdict');
    assert.match(String(item.description), /^undecided · 0 of \d+ claims$/, 'a single seed supports nothing');
    await vscode.commands.executeCommand('alignmentGap.showVerdict', element);
    await until('the page is ready', () => api.panels.isReady({ kind: 'study', path: folder() }));
  });

  it('tells of a card that cannot be read, in its row', async () => {
    const text = readFileSync(verdict(), 'utf8');
    writeFileSync(verdict(), '{ "schema": "alignment-gap/verdict@1"');
    await until('the row says so', () => studies()[0]?.problem !== undefined);
    assert.ok(rows(api).some(({ item }) => item.label === 'semi-online-smoke' && item.contextValue === 'study broken'));
    writeFileSync(verdict(), text);
    await until('the card is back', () => studies()[0]?.card !== undefined);
  });

  it('refuses a study that there is not', async () => {
    await vscode.commands.executeCommand('alignmentGap.runStudy', { study: 'nonsense', form: 'smoke' });
    await vscode.commands.executeCommand('notifications.clearAll');
    assert.ok(!existsSync(experimentPath('nonsense-smoke')));
  });
});
