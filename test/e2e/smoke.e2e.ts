import assert from 'node:assert/strict';
import { journey } from '../harness/journey';
import { SCHEMES } from '../harness/workbench';

journey('smoke: the packaged extension shows its view in every theme', async (w) => {
  await w.openContainer('Alignment Gap');
  // What an empty folder shows, once the extension has looked for runs.
  await w.page.locator('.sidebar').getByText('No runs yet').waitFor();
  for (const scheme of SCHEMES) {
    await w.setScheme(scheme);
    await w.screenshot(scheme);
  }
  const version = w.cli('--version');
  assert.equal(version.status, 0, version.stderr);
  assert.match(version.stdout, /\d+\.\d+\.\d+/);
});
