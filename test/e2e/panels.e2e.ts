import assert from 'node:assert/strict';
import path from 'node:path';
import { writeStudy } from '../fixtures/studyOnDisk';
import { journey, type World } from '../harness/journey';
import { SCHEMES } from '../harness/workbench';
import { chooseFromMenu } from './support/person';

const prepare = async (workspaceDir: string): Promise<void> => {
  await writeStudy(path.join(workspaceDir, 'alignment-runs'));
};
const size = { width: 1440, height: 1800 };

/** Pictures in every theme, and no violation of axe-core's rules in any. */
async function inEveryTheme(w: World, name: string): Promise<void> {
  for (const scheme of SCHEMES) {
    await w.setScheme(scheme);
    assert.deepEqual(await w.accessibility(), [], scheme);
    await w.screenshot(`${name}-${scheme}`);
  }
}

journey('dashboard: the charts of a study are right, accessible and readable in every theme', async (w) => {
  await w.openContainer('Alignment Gap');
  await chooseFromMenu(w, /^Experiment synthetic/, 'Show Charts');
  const panel = w.webview();
  await panel.getByRole('heading', { name: 'Performance gap', exact: true }).waitFor();
  const { status, stdout, stderr } = w.cli('gap', path.join('alignment-runs', 'synthetic'), '--json');
  assert.equal(status, 0, stderr);
  const { gap } = JSON.parse(stdout) as { gap: { mean: { value: number } } };
  // The same number on the panel and from the command line.
  await panel.getByText(`+${gap.mean.value.toFixed(3)}`, { exact: true }).waitFor();
  await inEveryTheme(w, 'dashboard');
}, { prepare, size });

journey('comparison: two runs are chosen in the tree and compared', async (w) => {
  await w.openContainer('Alignment Gap');
  await w.treeItem(/^Experiment synthetic/).click();
  await chooseFromMenu(w, /^Run offline-b0\.1-s1/, 'Select for Compare');
  await chooseFromMenu(w, /^Run online-b0\.1-s1/, 'Compare with Selected');
  const panel = w.webview();
  await panel.getByText('learningRate').or(panel.getByText('sampling')).first().waitFor();
  await inEveryTheme(w, 'comparison');
}, { prepare, size });
