/**
 * The module behind `extensionTestsPath`: VS Code loads it inside the extension host and calls run().
 * Every `*.test.ts` of this folder is bundled next to it. The suite also runs under @vscode/test-electron unchanged.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { writeResults, type TestResult } from '../harness/results';

/** Twenty built-in extensions are still starting when the first test runs: generous, so that only a hang is caught. */
const TEST_MS = 30_000;

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: TEST_MS, reporter: 'spec', color: false, forbidOnly: true });
  for (const file of readdirSync(__dirname).filter((name) => name.endsWith('.test.js'))) mocha.addFile(path.join(__dirname, file));
  const results: TestResult[] = [];
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (test) => results.push({ title: test.fullTitle(), state: 'passed', ms: test.duration ?? 0 }));
    runner.on('pending', (test) => results.push({ title: test.fullTitle(), state: 'skipped', ms: 0 }));
    // Hooks that fail are reported here too, under their own title.
    runner.on('fail', (test, error: Error) => results.push({ title: test.fullTitle(), state: 'failed', ms: test.duration ?? 0, message: error.stack ?? String(error) }));
  });
  const file = process.env['ALIGNMENT_GAP_HOST_RESULT'];
  if (file !== undefined) writeResults(file, results);
  if (failures > 0 || results.length === 0) throw new Error(`${failures} of ${results.length} host tests failed`);
}
