/** The README's pictures, taken of a finished study: `node scripts/screenshots.mjs FOLDER`. No test: nothing is asserted. */
import { cpSync } from 'node:fs';
import path from 'node:path';
import { chooseFromMenu, expand, inlineAction } from '../e2e/support/person';
import { journey, type World } from '../harness/journey';

const EXPERIMENT = /^Experiment /;

function prepare(workspaceDir: string): void {
  const study = process.env['ALIGNMENT_GAP_STUDY'];
  if (study === undefined) throw new Error('Name the folder of runs: node scripts/screenshots.mjs FOLDER');
  cpSync(study, path.join(workspaceDir, 'alignment-runs'), { recursive: true });
}

async function drawn(w: World, heading: string): Promise<void> {
  await w.webview().getByRole('heading', { name: heading, exact: true }).evaluate((element) => element.scrollIntoView());
  await w.page.mouse.move(700, 5); // no tooltip, no row under the pointer
}

journey('screenshots', async (w) => {
  await w.openContainer('Alignment Gap');
  await expand(w, EXPERIMENT);
  await expand(w, /^Run online.*-s1/);
  await inlineAction(w, EXPERIMENT, 'Show Charts');
  await w.webview().locator('[data-metric="gap.mean"][data-value]').waitFor();
  await drawn(w, 'Performance gap');
  await w.screenshot('dashboard');
  await w.setScheme('light');
  await w.screenshot('dashboard-light');
  await w.setScheme('dark');
  await chooseFromMenu(w, /^Run offline.*-s1/, 'Select for Compare');
  await chooseFromMenu(w, /^Run online.*-s1/, 'Compare with Selected');
  await drawn(w, 'offline-b0.1-s1 and online-b0.1-s1');
  await w.screenshot('comparison');
}, { prepare, size: { width: 1360, height: 1020 } });
