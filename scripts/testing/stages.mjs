/** The stages of `npm test`, in their order. Each answers with what it counts for. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { repository } from '../toolchain/paths.mjs';
import { countFile, countResults, countVitest, judged, NOTHING } from './counts.mjs';
import { ensureInstalled } from './dependencies.mjs';
import { run, runNode } from './run.mjs';

/** @typedef {import('./counts.mjs').Counts} Counts */
/**
 * What later stages need to know of earlier ones.
 * @typedef {{ noWorkbench: boolean, packaged: boolean }} State
 */
/** @typedef {{ name: string, run: (state: State) => Promise<Counts> }} Stage */

const results = path.join(repository, 'test-results');
const CANNOT_HAVE = 3;

/**
 * @param {number} exitCode
 * @returns {Counts}
 */
const one = (exitCode) => (exitCode === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 });

/**
 * A stage that is one command and counts as one test.
 * @param {string} name
 * @param {() => Promise<number>} command
 * @returns {Stage}
 */
const single = (name, command) => ({ name, run: async () => one(await command()) });

/**
 * @param {string} name
 * @param {readonly string[]} args
 */
async function vitest(name, args = []) {
  const file = path.join(results, `${name}.json`);
  rmSync(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const exitCode = await runNode('node_modules/vitest/vitest.mjs', ['run', ...args, ...reporters], 20);
  return judged(countFile(file, countVitest), exitCode);
}

/**
 * @param {string} name
 * @param {string} script
 * @param {(state: State) => readonly string[]} args
 * @returns {Stage}
 */
function inWorkbench(name, script, args) {
  return {
    name,
    run: async (state) => {
      if (state.noWorkbench) {
        console.warn(`${name} is SKIPPED: it needs the toolchain, which this machine cannot have (see above).`);
        return { ...NOTHING, skipped: 1 };
      }
      const file = path.join(results, `${name}.json`);
      rmSync(file, { force: true });
      const exitCode = await runNode(script, args(state), 20);
      return judged(countFile(file, countResults), exitCode);
    },
  };
}

/** @type {Stage} */
const toolchain = {
  name: 'toolchain',
  run: async (state) => {
    const exitCode = await runNode('scripts/toolchain/setup.mjs', [], 15);
    state.noWorkbench = exitCode === CANNOT_HAVE;
    return state.noWorkbench ? { ...NOTHING, skipped: 1 } : one(exitCode);
  },
};

/** An engine that is not there skips the tests that need it; it is no failure of ours. */
/** @type {Stage} */
const native = {
  name: 'native',
  run: async () => {
    const exitCode = await runNode('scripts/toolchain/native.mjs', [], 10);
    return exitCode === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, skipped: 1 };
  },
};

/** @type {Stage} */
const packaging = {
  name: 'package',
  run: async (state) => {
    const exitCode = (await runNode('scripts/package.mjs', [], 5)) || (await runNode('scripts/check-package.mjs', [], 5));
    state.packaged = exitCode === 0;
    return one(exitCode);
  },
};

/** @type {readonly Stage[]} */
export const STAGES = [
  single('install', ensureInstalled),
  single('check', () => run('npm', ['run', '--silent', 'check'], 5)),
  single('lint', () => run('npm', ['run', '--silent', 'lint'], 5)),
  single('build', () => runNode('esbuild.mjs', [], 5)),
  native,
  { name: 'unit', run: () => vitest('unit') },
  { name: 'fuzz', run: () => vitest('fuzz', ['--config', 'vitest.fuzz.config.ts']) },
  packaging,
  toolchain,
  inWorkbench('host', 'scripts/test-host.mjs', () => []),
  // A package that this call has just made is taken as it is; otherwise the journeys make their own.
  inWorkbench('e2e', 'scripts/test-e2e.mjs', ({ packaged }) => (packaged ? ['--vsix', 'alignment-gap.vsix'] : [])),
];

mkdirSync(results, { recursive: true });
