/**
 * All bundles of the project: extension host, analysis worker, webview pages, training process, command line and, with `--tests`,
 * the host tests. `--production` minifies. Writes dist/bundles.json (size and packages of each bundle) for the gates.
 */
import * as esbuild from 'esbuild';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KERNEL_FILES } from './scripts/kernels.mjs';
import { placeBinaries, TENSORFLOW_FILES, TRAINING_BUNDLE } from './scripts/training-bundle.mjs';

const root = import.meta.dirname;
const dist = path.join(root, 'dist');
const production = process.argv.includes('--production');
const withTests = process.argv.includes('--tests');

/** @type {esbuild.BuildOptions & { metafile: true }} */
const common = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  logLevel: 'warning',
  metafile: true,
  legalComments: 'none', // the licences are in THIRD-PARTY-NOTICES.md
};
/** @type {esbuild.BuildOptions & { metafile: true }} */
const node = { ...common, platform: 'node', format: 'cjs', target: 'node20' };

/**
 * An entry point that is there; the bundles grow one by one.
 * @param {string} name
 * @param {string} file
 * @returns {Record<string, string>}
 */
const entry = (name, file) => (existsSync(path.join(root, file)) ? { [name]: file } : {});

/**
 * Reading other trainers' logs is half of the command line's weight, and the same for whoever else reads them: a bundle of its own.
 * @type {esbuild.Plugin}
 */
const importersApart = {
  name: 'importers-apart',
  setup: (build) => build.onResolve({ filter: /^(\.\.?\/)+importers$/ }, () => ({ path: './importers.js', external: true })),
};

/**
 * Studies and reports, with all that draws, are loaded by the commands that need them.
 * @type {esbuild.Plugin}
 */
const pagesApart = {
  name: 'pages-apart',
  setup: (build) => build.onResolve({ filter: /^\.\/pages$/ }, () => ({ path: './pages.js', external: true })),
};

/** @returns {Record<string, string>} */
function hostTests() {
  const folder = path.join(root, 'test', 'host');
  const files = readdirSync(folder).filter((name) => name === 'index.ts' || name.endsWith('.test.ts'));
  return Object.fromEntries(files.map((name) => [`test/${name.replace(/\.ts$/, '')}`, `test/host/${name}`]));
}

const bundles = [
  { ...node, entryPoints: entry('extension', 'src/extension.ts'), external: ['vscode'] },
  { ...node, entryPoints: entry('analysis-worker', 'src/editor/analysis/worker.ts') },
  { ...node, entryPoints: entry('cli', 'src/cli/main.ts'), banner: { js: '#!/usr/bin/env node' }, plugins: [importersApart, pagesApart] },
  { ...node, entryPoints: entry('pages', 'src/cli/pages.ts'), plugins: [importersApart] },
  // The yaml package's modules, which can be shaken: the CommonJS that Node would be given is 16 KiB more, its writer of YAML among it.
  { ...node, entryPoints: entry('importers', 'src/importers/index.ts'), alias: { yaml: path.join(root, 'node_modules/yaml/browser/index.js') } },
  { ...node, ...TRAINING_BUNDLE, entryPoints: entry('trainer', 'src/training/main.ts') },
  {
    ...common,
    platform: /** @type {const} */ ('browser'),
    format: /** @type {const} */ ('iife'),
    target: 'chrome120',
    jsx: /** @type {const} */ ('automatic'),
    jsxImportSource: 'preact',
    loader: { '.ttf': /** @type {const} */ ('file') },
    assetNames: '[name]',
    entryPoints: { ...entry('dashboard', 'webview/dashboard/main.tsx'), ...entry('comparison', 'webview/comparison/main.tsx'), ...entry('verdict', 'webview/verdict/main.tsx') },
  },
  ...(withTests ? [{ ...node, entryPoints: hostTests(), external: ['vscode', 'mocha'] }] : []),
];

/**
 * The folder below node_modules of the package that a bundled file comes from, undefined for our own files.
 * A package inside another's node_modules keeps that path: it may be another version.
 * @param {string} file
 */
function packageOf(file) {
  return /node_modules\/((?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
}

mkdirSync(dist, { recursive: true });
// Settled, not all: an error in one bundle (esbuild has printed it) leaves the others usable while one works on it.
const started = bundles.filter(({ entryPoints }) => Object.keys(entryPoints).length > 0).map((bundle) => esbuild.build(bundle));
const settled = await Promise.allSettled(started);
if (settled.some(({ status }) => status === 'rejected')) process.exitCode = 1;
/** @type {esbuild.Metafile['outputs']} */
const outputs = Object.assign({}, ...settled.map((result) => (result.status === 'fulfilled' ? result.value.metafile.outputs : {})));
/** @type {Record<string, { bytes: number, packages: string[] }>} */
const report = {};
for (const [file, { bytes, inputs }] of Object.entries(outputs)) {
  if (!/\.(js|css)$/.test(file) || file.startsWith('dist/test/')) continue;
  const shaken = Object.entries(inputs).filter(([, input]) => input.bytesInOutput > 0);
  const packages = [...new Set(shaken.map(([name]) => packageOf(name)))].filter((name) => name !== undefined).sort();
  report[file] = { bytes, packages };
}
placeBinaries(dist);
// Emscripten looks for it beside the bundle; read when the first SQLite store is opened.
const sqlite = 'node-sqlite3-wasm.wasm';
copyFileSync(path.join(root, 'node_modules/node-sqlite3-wasm/dist', sqlite), path.join(dist, sqlite));
writeFileSync(path.join(dist, 'bundles.json'), JSON.stringify(report, null, 2));

// What an earlier build left, and this one did not write, would be packaged by mistake. Removed last, so that a
// program that runs from dist/ meanwhile keeps its file.
const current = new Set([...Object.keys(outputs).map((file) => path.relative('dist', file)), ...TENSORFLOW_FILES, sqlite, ...KERNEL_FILES, 'bundles.json', 'test']);
if (process.exitCode !== 1) for (const name of readdirSync(dist)) if (!current.has(name)) rmSync(path.join(dist, name), { recursive: true });

for (const [file, { bytes }] of Object.entries(report)) console.log(`${file.padEnd(28)} ${(bytes / 1024).toFixed(1).padStart(8)} KiB`);
