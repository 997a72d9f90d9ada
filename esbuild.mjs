/** All bundles of the project: extension host, webview, training process, command line and, for development, the host tests. */
import * as esbuild from 'esbuild';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = import.meta.dirname;
const production = process.argv.includes('--production');
const withTests = process.argv.includes('--tests');

const common = { absWorkingDir: root, bundle: true, minify: production, sourcemap: production ? false : 'linked', logLevel: 'warning', metafile: true, legalComments: 'none' };
const node = { ...common, platform: 'node', format: 'cjs', target: 'node20', outdir: 'dist' };
const entry = (name, file) => (existsSync(path.join(root, file)) ? { [name]: file } : {});

const bundles = [
  { ...node, entryPoints: entry('extension', 'src/extension.ts'), external: ['vscode'] },
  { ...node, entryPoints: entry('cli', 'src/cli/main.ts'), banner: { js: '#!/usr/bin/env node' } },
  {
    ...node,
    entryPoints: entry('trainer', 'src/training/main.ts'),
    // TensorFlow.js registers its gradients only through its ES modules.
    mainFields: ['module', 'main'],
    external: ['@tensorflow/tfjs-node'],
    alias: { 'node-fetch': './scripts/fetch-stub.mjs' },
  },
  {
    ...common,
    platform: 'browser',
    format: 'iife',
    target: 'chrome120',
    outdir: 'dist',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryPoints: { ...entry('dashboard', 'webview/dashboard/main.tsx'), ...entry('comparison', 'webview/comparison/main.tsx') },
  },
  ...(withTests ? [{ ...node, outdir: 'dist/test', entryPoints: entry('index', 'test/host/index.ts'), external: ['vscode', 'mocha'] }] : []),
];

rmSync(path.join(root, 'dist'), { recursive: true, force: true });
mkdirSync(path.join(root, 'dist'), { recursive: true });
const sizes = {};
for (const bundle of bundles) {
  if (Object.keys(bundle.entryPoints).length === 0) continue;
  const { metafile } = await esbuild.build(bundle);
  for (const [file, output] of Object.entries(metafile.outputs)) if (/\.(js|css)$/.test(file)) sizes[file] = output.bytes;
}
for (const file of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm']) {
  copyFileSync(path.join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist', file), path.join(root, 'dist', file));
}
writeFileSync(path.join(root, 'dist/sizes.json'), JSON.stringify(sizes, null, 2));
for (const [file, bytes] of Object.entries(sizes)) console.log(`${file.padEnd(28)} ${(bytes / 1024).toFixed(1).padStart(8)} KiB`);
