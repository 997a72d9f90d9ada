import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeStudy } from '../fixtures/studyOnDisk';
import { journey, type World } from '../harness/journey';
import { ASK_FOR_TRUST } from '../harness/profile';
import { quickPickRow } from '../harness/workbench';
import { expand, inlineAction, until } from './support/person';
import { writeExperiment } from './support/experiment';

const STUDY = /^Experiment synthetic/;
const LOST = /^Run online-b0\.1-s1, lost/;

/** A finished study, of which one run never said that it finished: it could be resumed, were the folder trusted. */
async function prepare(workspaceDir: string): Promise<void> {
  const root = path.join(workspaceDir, 'alignment-runs');
  await writeStudy(root);
  const metrics = path.join(root, 'synthetic', 'online-b0.1-s1', 'metrics.jsonl');
  const lines = readFileSync(metrics, 'utf8').trimEnd().split('\n');
  writeFileSync(metrics, `${lines.filter((line) => !line.includes('"event":"finished"')).join('\n')}\n`);
  writeExperiment(workspaceDir, 'quick', 10);
}

/** The palette lists what can be run now; nothing is as much of an answer as the rest of the list is there. */
async function offersToRun(w: World): Promise<boolean> {
  await w.page.keyboard.press('F1');
  const input = w.page.locator('.quick-input-widget:visible .quick-input-box input');
  await input.fill('>Alignment Gap: Show Charts');
  await quickPickRow(w.page, 'Alignment Gap: Show Charts').waitFor();
  await input.fill('>Run alignment experiment');
  await quickPickRow(w.page, 'Alignment Gap: Show Charts').waitFor({ state: 'hidden' });
  const offered = (await quickPickRow(w.page, 'Run alignment experiment').count()) > 0;
  await w.page.keyboard.press('Escape');
  return offered;
}

const hasResume = async (w: World): Promise<boolean> => {
  await w.treeItem(LOST).hover({ timeout: 4000 });
  await w.treeItem(LOST).locator('.actions').getByRole('button', { name: 'Show Charts' }).waitFor({ timeout: 4000 });
  return (await w.treeItem(LOST).locator('.actions').getByRole('button', { name: 'Resume' }).count()) > 0;
};

async function readWithoutTrust(w: World): Promise<void> {
  await w.page.getByRole('button', { name: /^No, I don't trust/ }).click();
  await w.openContainer('Alignment Gap');
  await w.page.locator('.sidebar').getByText('Restricted Mode: runs can be read, not started or stopped.').waitFor();
  await expand(w, STUDY);
  await w.treeItem(LOST).waitFor();
  assert.equal(await until('the row has its actions', async () => ((await hasResume(w)) ? 'resume' : 'none')), 'none');
  await inlineAction(w, STUDY, 'Show Charts');
  const panel = w.webview();
  await panel.locator('[data-metric="gap.mean"][data-value]').waitFor();
  await panel.getByRole('button', { name: 'Show log of online-b0.1-s1' }).waitFor();
  assert.equal(await panel.getByRole('button', { name: 'Resume online-b0.1-s1' }).count(), 0);
  assert.equal(await offersToRun(w), false, 'the palette must not offer to run');
  await w.screenshot('restricted');
}

journey('restricted: without trust runs are read and none is started', async (w) => {
  await readWithoutTrust(w);
  await w.runCommand('Workspaces: Manage Workspace Trust');
  await w.page.locator('.workspace-trust-editor').getByRole('button', { name: /^Trust$/ }).first().click();
  await w.page.getByText('You trust this folder').waitFor();
  await w.page.getByRole('button', { name: /^Close Modal Editor/ }).click(); // it lies over the workbench
  await w.page.locator('.sidebar').getByText('Restricted Mode: runs can be read').waitFor({ state: 'hidden' });
  await until('a trusted folder offers to resume', () => hasResume(w));
  await until('and to run', () => offersToRun(w));
}, { prepare, settings: ASK_FOR_TRUST });

const BROKEN = '{\n  "name": "broken",\n  "task": "summarisation",\n  "arms": [{ "name": "online", "sampling": "online" }],\n  "sed": [1]\n}\n';

journey('broken: an experiment file with a mistake is shown at its place', async (w) => {
  await w.runCommand('Run alignment experiment');
  await w.page.locator('.quick-input-list').getByText(/Cannot be run: line 5: .*sed/).waitFor();
  await w.pick(/^\s*broken\s*$/);
  const toast = w.page.locator('.notification-toast').filter({ hasText: 'broken.alignment.json' });
  await toast.waitFor();
  assert.match(await toast.locator('.notification-list-item-message').innerText(), /broken\.alignment\.json, line 5, column 3: .*sed.*seeds.* Correct it and run again\./);
  await w.page.locator('.statusbar').getByText('Ln 5, Col 3').waitFor();
  await w.page.locator('.squiggly-error, .squiggly-warning').first().waitFor(); // the JSON schema says so too, while one types
  await w.screenshot('broken');
  writeFileSync(path.join(w.workspaceDir, 'broken.alignment.json'), BROKEN.replace('sed', 'seeds'));
  await w.page.locator('.squiggly-error, .squiggly-warning').waitFor({ state: 'hidden' });
  await toast.getByRole('button', { name: 'Run Again' }).click();
  await quickPickRow(w.page, /^\s*Start as it is\s*$/).waitFor();
}, { prepare: (workspaceDir) => { writeFileSync(path.join(workspaceDir, 'broken.alignment.json'), BROKEN); } });
