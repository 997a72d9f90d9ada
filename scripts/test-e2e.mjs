/**
 * Runs the journeys of test/e2e in a real workbench against the packaged extension.
 *   npm run test:e2e -- [part of a journey's name] [--vsix FILE]
 * Without --vsix the extension is packaged first.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageExtension } from './package.mjs';
import { repository } from './toolchain/paths.mjs';
import { loadHarness } from './workbench-tests.mjs';

const { values, positionals } = parseArgs({ options: { vsix: { type: 'string' } }, allowPositionals: true });
const vsix = values.vsix ?? (await packageExtension());
const files = readdirSync(path.join(repository, 'test', 'e2e')).filter((name) => name.endsWith('.e2e.ts')).sort();
const imports = files.map((name) => `import './e2e/${name}';`).join('\n');
const { runJourneys } = await loadHarness('journeys', `${imports}\nexport { runJourneys } from './harness/run-journeys';`);
process.exit((await runJourneys(vsix, positionals[0])) === 0 ? 0 : 1);
