import assert from 'node:assert/strict';
import path from 'node:path';
import { journey, type World } from '../harness/journey';
import { expand, inlineAction, json, startFromPalette, TRAINING_MS, until } from './support/person';
import { writeExperiment } from './support/experiment';

const EXPERIMENT = /^Experiment long/;
const ONLINE = /^Run online-b0\.1-s1/;

/** More than can be trained before the journey stops it. */
const STEPS = 100_000;

const shownStep = async (w: World): Promise<number> =>
  Number(/step (\d+) of/.exec((await w.treeItem(ONLINE).getAttribute('aria-label', { timeout: 2000 })) ?? '')?.[1] ?? 0);

journey('reload: a study outlives the window, is found again and stopped', async (w) => {
  await w.openContainer('Alignment Gap');
  await startFromPalette(w, 'long');
  await w.treeItem(/^Run online-b0\.1-s1, running/).waitFor({ timeout: TRAINING_MS });
  await inlineAction(w, EXPERIMENT, 'Show Charts');
  await w.webview().locator('tr[data-run="long/online-b0.1-s1"][data-status="running"]').waitFor();
  const before = await until('the tree shows its progress', () => shownStep(w), TRAINING_MS);

  await w.reload();
  // The panel is brought back by its serializer; the status bar finds the runs by reading, and leads to the tree.
  await w.webview().locator('tr[data-run="long/online-b0.1-s1"][data-status="running"]').waitFor({ timeout: 60_000 });
  const status = w.page.locator('.statusbar-item').filter({ hasText: /2 runs/ });
  await status.waitFor({ timeout: 60_000 });
  await status.getByRole('button').click();
  await w.treeItem(/^Run online-b0\.1-s1, running/).waitFor({ timeout: 60_000 });
  await until('it has gone on meanwhile', async () => (await shownStep(w)) > before, TRAINING_MS);
  await w.page.locator('.notification-toast').filter({ hasText: /^long|long: / }).first().waitFor(); // followed again, with cancel
  await w.screenshot('after-reload');

  await inlineAction(w, EXPERIMENT, 'Stop');
  await expand(w, EXPERIMENT);
  for (const run of ['online', 'offline']) await w.treeItem(new RegExp(`^Run ${run}-b0\\.1-s1, stopped`)).waitFor({ timeout: 60_000 });
  await status.waitFor({ state: 'hidden' });
  const { runs } = json<{ runs: { status: string }[] }>(w.cli('list', path.join('alignment-runs', 'long'), '--json'));
  assert.deepEqual(runs.map((run) => run.status), ['stopped', 'stopped']);
  await w.screenshot('stopped');
}, {
  prepare: (workspaceDir) => writeExperiment(workspaceDir, 'long', STEPS),
  settings: { 'alignmentGap.jobs': 2 },
  timeout: 600_000,
});
