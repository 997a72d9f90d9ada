/**
 * Takes the README's pictures in a real workbench.
 *   node scripts/screenshots.mjs FOLDER [--vsix FILE]
 * FOLDER holds a finished experiment, as `alignment-gap run … --out FOLDER` leaves it.
 * Without --vsix the extension is packaged first.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageExtension } from './package.mjs';
import { repository } from './toolchain/paths.mjs';
import { loadHarness } from './workbench-tests.mjs';

const { values, positionals } = parseArgs({ options: { vsix: { type: 'string' } }, allowPositionals: true });
const [study] = positionals;
if (study === undefined) {
  console.error('Name the folder of runs: node scripts/screenshots.mjs FOLDER [--vsix FILE]');
  process.exit(2);
}
process.env.ALIGNMENT_GAP_STUDY = path.resolve(study);
const vsix = path.resolve(values.vsix ?? (await packageExtension()));
const { runJourneys } = await loadHarness('screenshots', `import './screenshots/readme';\nexport { runJourneys } from './harness/run-journeys';`);
if ((await runJourneys(vsix)) > 0) process.exit(1);
const taken = path.join(repository, 'test-results', 'e2e', 'screenshots');
const kept = path.join(repository, 'media', 'screenshots');
mkdirSync(kept, { recursive: true });
for (const name of ['dashboard', 'dashboard-light', 'comparison']) copyFileSync(path.join(taken, `${name}.png`), path.join(kept, `${name}.png`));
process.exit(0);
