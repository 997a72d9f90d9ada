/**
 * The gates of the package: what is in the VSIX, how large each bundle may be, what each bundle must not contain,
 * and whether the licence notices are current. Run after `npm run package`.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { KERNEL_FILES } from './kernels.mjs';
import { NOTICES, notices } from './notices.mjs';
import { VSIX } from './package.mjs';
import { repository } from './toolchain/paths.mjs';

const KIB = 1024;
/** Budgets of the minified bundles. The extension's is a promise of the README; the others keep growth from going unnoticed. */
const BUDGETS = {
  'dist/extension.js': 250 * KIB,
  'dist/analysis-worker.js': 60 * KIB,
  'dist/cli.js': 300 * KIB,
  'dist/pages.js': 300 * KIB,
  'dist/importers.js': 300 * KIB,
  'dist/trainer.js': 900 * KIB,
  'dist/dashboard.js': 420 * KIB,
  'dist/comparison.js': 350 * KIB,
  'dist/verdict.js': 200 * KIB,
};
const PACKAGE_BUDGET = 3 * KIB * KIB;
const REQUIRED = ['package.json', 'package.nls.json', 'readme.md', 'changelog.md', 'LICENSE.txt', 'THIRD-PARTY-NOTICES.md', 'python/alignment_gap_callback.py', ...Object.keys(BUDGETS), 'dist/tfjs-backend-wasm-simd.wasm', ...KERNEL_FILES.map((file) => `dist/${file}`)];
const ALLOWED = /^(package(\.nls)?\.json|readme\.md|changelog\.md|LICENSE\.txt|THIRD-PARTY-NOTICES\.md|python\/alignment_gap_callback\.py|dist\/[\w.-]+\.(js|css|wasm|ttf)|media\/[\w./-]+\.(svg|png|json|jsonl|md|csv))$/i;

/** @type {string[]} */
const problems = [];

function contents() {
  /** @type {string[]} */
  const names = [];
  // The filter sees every entry; nothing needs to be unpacked.
  unzipSync(readFileSync(VSIX), { filter: ({ name }) => names.push(name) < 0 });
  return names.filter((name) => name.startsWith('extension/')).map((name) => name.slice('extension/'.length));
}

function checkBundles() {
  /** @type {Record<string, { bytes: number, packages: string[] }>} */
  const bundles = JSON.parse(readFileSync(path.join(repository, 'dist', 'bundles.json'), 'utf8'));
  for (const [file, budget] of Object.entries(BUDGETS)) {
    const bundle = bundles[file];
    if (bundle === undefined) continue; // the check of the contents names it
    console.log(`${file.padEnd(20)} ${(bundle.bytes / KIB).toFixed(1).padStart(8)} of ${budget / KIB} KiB`);
    if (bundle.bytes > budget) problems.push(`${file} has ${bundle.bytes} bytes, its budget is ${budget}`);
    const foreign = bundle.packages.filter((name) => name.startsWith('@tensorflow/'));
    if (file !== 'dist/trainer.js' && foreign.length > 0) problems.push(`${file} contains ${foreign.join(', ')}: only the trainer may`);
  }
}

function checkNotices() {
  if (existsSync(NOTICES) && readFileSync(NOTICES, 'utf8') === notices()) return;
  problems.push('THIRD-PARTY-NOTICES.md does not fit what is bundled: run "npm run package", then "node scripts/notices.mjs"');
}

const names = contents();
for (const name of REQUIRED) if (!names.includes(name)) problems.push(`the package lacks ${name}`);
for (const name of names) if (!ALLOWED.test(name)) problems.push(`the package must not contain ${name}`);
const bytes = statSync(VSIX).size;
console.log(`${'alignment-gap.vsix'.padEnd(20)} ${(bytes / KIB).toFixed(1).padStart(8)} of ${PACKAGE_BUDGET / KIB} KiB, ${names.length} files`);
if (bytes > PACKAGE_BUDGET) problems.push(`the package has ${bytes} bytes, its budget is ${PACKAGE_BUDGET}`);
checkBundles();
checkNotices();

for (const problem of problems) console.error(`package: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
