import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from '../../scripts/toolchain/paths.mjs';
import { journey } from '../harness/journey';
import { SCHEMES } from '../harness/workbench';
import { chooseFromMenu, expand, until } from './support/person';

const fixture = (name: string): string => path.join(repository, 'test', 'fixtures', 'logs', name);
const step = (at: number): string => `${JSON.stringify({ step: at, loss: 1 / at, kl: at / 10 })}\n`;

const prepare = (workspaceDir: string): void => {
  for (const name of ['dpo-sigmoid', 'online-dpo', 'grpo']) cpSync(fixture(name), path.join(workspaceDir, 'trl', name), { recursive: true });
  mkdirSync(path.join(workspaceDir, 'live'));
  writeFileSync(path.join(workspaceDir, 'live', 'metrics.jsonl'), [1, 2, 3].map(step).join(''));
};
const size = { width: 1440, height: 2800 };

journey('logs: a folder of TRL runs is added, charted, compared and read otherwise', async (w) => {
  // From the explorer's menu, as a person would who sees the folder there.
  await chooseFromMenu(w, /^trl/, 'Add to Alignment Runs');
  await w.treeItem(/^Logs trl: 3 runs/).waitFor();
  await expand(w, /^Experiment trl/);
  await w.treeItem(/^Run online-dpo/).waitFor();
  await w.screenshot('tree');

  await chooseFromMenu(w, /^Run dpo-sigmoid/, 'Show Charts');
  const panel = w.webview();
  await panel.getByRole('heading', { name: 'About these logs' }).waitFor();
  await panel.getByText('DPO never samples from the policy, so it does not log it', { exact: false }).first().waitFor();
  assert.equal(await panel.getByRole('button', { name: /^Stop/ }).count(), 0);
  for (const scheme of SCHEMES) {
    await w.setScheme(scheme);
    assert.deepEqual(await w.accessibility(), [], scheme);
    await w.screenshot(`dashboard-run-${scheme}`);
  }
  await w.setScheme('dark');

  await chooseFromMenu(w, /^Experiment trl/, 'Show Charts');
  await w.webview().getByText('KL was estimated in different ways', { exact: false }).first().waitFor();
  await w.webview().getByRole('heading', { name: 'As logged' }).waitFor();
  await w.page.mouse.move(1000, 20); // away from the row, whose tooltip covers the page
  await w.page.getByText('Latest checkpoint').waitFor({ state: 'hidden' });
  assert.deepEqual(await w.accessibility(), []);
  await w.screenshot('dashboard-experiment');

  await chooseFromMenu(w, /^Run dpo-sigmoid/, 'Select for Compare');
  await chooseFromMenu(w, /^Run online-dpo/, 'Compare with Selected');
  await w.webview().getByText('dpo-sigmoid has no checkpoint with both a KL and a win rate', { exact: false }).or(w.webview().getByText('dpo-sigmoid and online-dpo have no checkpoint', { exact: false })).first().waitFor();
  assert.deepEqual(await w.accessibility(), []);
  await w.screenshot('comparison');

  await chooseFromMenu(w, /^Run grpo/, 'Read As…');
  await until('the reason is shown', () => w.page.locator('.quick-input-list').getByText('trainer_state.json', { exact: false }).first().isVisible());
  await w.screenshot('read-as');
  await w.pick('csv');
  // It is no table: the others stay, and a row says what is the matter with this one.
  await w.treeItem(/^A log cannot be read/).waitFor();
  await w.treeItem(/^Run dpo-sigmoid/).waitFor();
  await w.screenshot('read-as-csv');
  // Its own row is gone: the row that says so leads back.
  await chooseFromMenu(w, /^A log cannot be read/, 'Read As…');
  await w.pick('grpo');
  await w.pick('As detected');
  await w.treeItem(/^Run grpo/).waitFor();
  await chooseFromMenu(w, /^Logs trl/, 'Remove from View');
  await w.treeItem(/^Logs trl/).waitFor({ state: 'detached' });
}, { prepare, size });

journey('logs: a single file opens as charts, which follow it while it grows, also after a reload', async (w) => {
  await expand(w, /^live/);
  await chooseFromMenu(w, /^metrics\.jsonl/, 'Open as Run Charts');
  const table = () => w.webview().getByRole('region', { name: 'Table of logs' });
  await table().getByText('jsonl', { exact: true }).waitFor();
  const reached = (last: number) => w.webview().locator(`[data-step="${last}"]`).first().waitFor();
  await reached(3);
  appendFileSync(path.join(w.workspaceDir, 'live', 'metrics.jsonl'), `${step(4)}${step(5)}{"step": 6, "lo`);
  await reached(5);
  await w.screenshot('file');
  await w.reload();
  appendFileSync(path.join(w.workspaceDir, 'live', 'metrics.jsonl'), 'ss": 0.1, "kl": 0.6}\n');
  await reached(6);
  await w.screenshot('file-reloaded');
}, { prepare, size });
