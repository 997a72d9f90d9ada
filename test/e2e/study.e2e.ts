import assert from 'node:assert/strict';
import path from 'node:path';
import { journey, type World } from '../harness/journey';
import { chooseFromMenu, expand, inlineAction, json, numberAt, rowIcon, startFromPalette, TRAINING_MS, until } from './support/person';
import { writeExperiment } from './support/experiment';

const STEPS = 9_000;
const EXPERIMENT = /^Experiment quick/;
const ONLINE = /^Run online-b0\.1-s1/;
const OFFLINE = /^Run offline-b0\.1-s1/;
const directory = path.join('alignment-runs', 'quick');

interface ShownRun {
  readonly status: string;
  readonly checkpoints: readonly { readonly step: number; readonly metrics: Readonly<Record<string, { readonly value: number }>> }[];
}

const show = (w: World, run: string): ShownRun => json<ShownRun>(w.cli('show', path.join(directory, run), '--json'));

/** Nothing has been measured on this machine before: it is measured while one looks at what can be adjusted. */
async function seeHowLong(w: World): Promise<void> {
  await w.page.locator('.quick-input-widget').getByText(/about .+ on 2 processes/).first().waitFor({ timeout: 60_000 });
  await w.screenshot('estimate');
}

/** The tree while shared stages are computed, then while runs train: no reload, no click. */
async function watchTree(w: World): Promise<void> {
  await w.treeItem(/^Shared stages of experiment quick: \d of \d/).waitFor({ timeout: TRAINING_MS });
  await w.screenshot('stages');
  const online = w.treeItem(new RegExp(`${ONLINE.source}, running`));
  await online.waitFor({ timeout: TRAINING_MS });
  await rowIcon(online, 'loading').waitFor();
  await until('the online run has a checkpoint', async () => (await online.getAttribute('aria-expanded', { timeout: 1000 })) !== null, TRAINING_MS);
  await expand(w, ONLINE);
  await w.treeItem(/^Checkpoint at step 0 of run online/).waitFor();
  await w.page.locator('.statusbar').getByText(/\d runs? · KL \d+%|\d runs?$/).first().waitFor();
}

/** The charts of the experiment, opened while it runs: they grow by themselves. */
async function watchCharts(w: World): Promise<void> {
  await inlineAction(w, EXPERIMENT, 'Show Charts');
  const panel = w.webview();
  await panel.getByRole('heading', { name: 'Checkpoints', exact: true }).waitFor();
  await panel.getByLabel('Which checkpoints').click();
  await panel.getByRole('option', { name: 'Every checkpoint' }).click();
  const rows = panel.locator('table.checkpoints tbody tr');
  const before = await until('the table has rows', async () => (await rows.count()) > 0 && rows.count());
  await until('more checkpoints appear', async () => (await rows.count()) > before, TRAINING_MS);
  await w.screenshot('running');
}

async function stopAndResume(w: World): Promise<void> {
  await inlineAction(w, ONLINE, 'Stop');
  const stopped = w.treeItem(new RegExp(`${ONLINE.source}, stopped`));
  await stopped.waitFor({ timeout: 60_000 });
  await rowIcon(stopped, 'debug-pause').waitFor();
  const at = show(w, 'online-b0.1-s1');
  assert.equal(at.status, 'stopped');
  assert.ok((at.checkpoints.at(-1)?.step ?? 0) < STEPS, 'it was stopped before its end');
  await w.webview().locator('tr[data-run="quick/online-b0.1-s1"][data-status="stopped"]').waitFor();
  await w.screenshot('stopped');
  // A person looks at something else meanwhile; with the charts in sight, no message would tell of the end.
  await chooseFromMenu(w, EXPERIMENT, 'Open Configuration');
  await inlineAction(w, ONLINE, 'Resume');
  await w.treeItem(new RegExp(`${ONLINE.source}, (running|finished)`)).waitFor({ timeout: 60_000 });
}

async function awaitEnd(w: World): Promise<void> {
  const toast = w.page.locator('.notification-toast').filter({ hasText: 'quick: 2 runs finished' });
  await toast.waitFor({ timeout: TRAINING_MS });
  assert.match(await toast.locator('.notification-list-item-message').innerText(), /quick: 2 runs finished; best win rate: online 0\.\d\d, offline 0\.\d\d/);
  for (const run of [ONLINE, OFFLINE]) await rowIcon(w.treeItem(new RegExp(`${run.source}, finished`)), 'pass').waitFor();
  await w.screenshot('finished');
  await toast.getByRole('button', { name: 'Show Charts' }).click();
}

/** What the panel shows and what the command line prints are the same numbers, to the last digit. */
async function readNumbers(w: World): Promise<void> {
  const panel = w.webview();
  await panel.getByText('2 finished').first().waitFor();
  for (const run of ['online-b0.1-s1', 'offline-b0.1-s1']) {
    const { status, checkpoints } = show(w, run);
    assert.equal(status, 'finished');
    assert.equal(checkpoints.length, 13, 'the one at step 0 and twelve more');
    const last = checkpoints.at(-1);
    assert.equal(last?.step, STEPS);
    for (const metric of ['winRate', 'kl']) {
      const cell = panel.locator(`table.checkpoints td[data-run="quick/${run}"][data-step="${STEPS}"][data-metric="${metric}"]`);
      assert.equal(await numberAt(cell), last.metrics[metric]?.value, `${metric} of ${run}`);
    }
  }
  // Peak against peak: two arms always have it, while one seed of a tiny policy may leave no KL that both reach.
  const { gap } = json<{ gap: { peak: { value: number } } }>(w.cli('gap', directory, '--json'));
  const headline = panel.locator('[data-metric="gap.peak"]');
  await until(`the panel shows the gap ${gap.peak.value}`, async () => (await numberAt(headline)) === gap.peak.value);
}

/** What the policy wrote at a checkpoint, and what both judges made of it; another checkpoint is read as soon as it is chosen. */
async function readSamples(w: World): Promise<void> {
  const panel = w.webview();
  await panel.getByRole('button', { name: 'Show samples' }).click();
  const rows = panel.locator('table.samples tbody tr');
  await rows.first().waitFor();
  assert.equal(await rows.count(), 2, 'as many as evaluation.samples says');
  await panel.getByLabel('Checkpoint whose samples to show').click();
  await panel.getByRole('option', { name: 'step 0', exact: true }).click();
  await panel.getByRole('region', { name: /^Samples of .*, step 0$/ }).waitFor();
  const judged = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-judges')));
  await rows.first().scrollIntoViewIfNeeded();
  await w.screenshot('samples');
  await panel.getByText('Only where the judges disagree').click();
  await until('the filter leaves those alone on which they disagree', async () => (await rows.count()) === judged.filter((one) => one !== 'agree').length);
}

async function lookInEveryTheme(w: World): Promise<void> {
  assert.deepEqual(await w.accessibility(), []);
  for (const scheme of ['light', 'high-contrast', 'dark'] as const) {
    await w.setScheme(scheme);
    await w.screenshot(`dashboard-${scheme}`);
  }
}

async function compare(w: World): Promise<void> {
  await chooseFromMenu(w, OFFLINE, 'Select for Compare');
  await chooseFromMenu(w, ONLINE, 'Compare with Selected');
  const panel = w.webview();
  const sampling = panel.locator('tr[data-path="sampling"]');
  await sampling.waitFor();
  assert.equal(await sampling.getAttribute('data-kind'), 'changed');
  assert.deepEqual(await sampling.locator('code').allTextContents(), ['"offline"', '"online"']);
  const outcome = panel.locator(`table.outcome tr[data-metric="winRate"][data-step="${STEPS}"]`);
  const delta = Number(await outcome.locator('[data-delta]').getAttribute('data-delta'));
  const winRate = (run: string) => show(w, run).checkpoints.at(-1)?.metrics['winRate']?.value ?? NaN;
  assert.equal(delta, winRate('online-b0.1-s1') - winRate('offline-b0.1-s1'));
  await w.screenshot('comparison-dark');
  await panel.getByRole('button', { name: 'Open native diff' }).click();
  await w.page.locator('.monaco-diff-editor').getByText('"offline"').first().waitFor();
  await w.screenshot('native-diff');
}

journey('study: run from the palette, watch, stop, resume, read the numbers, compare', async (w) => {
  await w.openContainer('Alignment Gap');
  await startFromPalette(w, 'quick', () => seeHowLong(w));
  await watchTree(w);
  await watchCharts(w);
  await stopAndResume(w);
  await awaitEnd(w);
  await readNumbers(w);
  await readSamples(w);
  await lookInEveryTheme(w);
  await compare(w);
}, {
  prepare: (workspaceDir) => writeExperiment(workspaceDir, 'quick', STEPS),
  settings: { 'alignmentGap.jobs': 2 },
  size: { width: 1440, height: 1200 },
  timeout: 900_000,
});
