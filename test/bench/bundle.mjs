/** Bundles programs of the benchmark as the trainer is bundled, so that what is measured is what is shipped. */
import * as esbuild from 'esbuild';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildKernels, KERNEL_FILES } from '../../scripts/kernels.mjs';

export const root = path.resolve(import.meta.dirname, '../..');
const WASM = 'tfjs-backend-wasm-simd.wasm';

/**
 * @param {Record<string, string>} programs name → entry point, relative to this folder
 * @returns {Promise<{ program: (name: string) => string, dispose: () => void }>} `program(name)` is the bundle's path
 */
export async function bundle(programs) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  try {
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: Object.fromEntries(Object.entries(programs).map(([name, file]) => [name, `test/bench/${file}`])),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      mainFields: ['module', 'main'],
      external: ['@tensorflow/tfjs-node', 'onnxruntime-node'],
      alias: { 'node-fetch': './scripts/fetch-stub.mjs' },
      outExtension: { '.js': '.cjs' },
      outdir: folder,
      logLevel: 'warning',
    });
    copyFileSync(path.join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist', WASM), path.join(folder, WASM));
    buildKernels(path.join(root, 'dist'));
    for (const file of KERNEL_FILES) copyFileSync(path.join(root, 'dist', file), path.join(folder, file));
  } catch (error) {
    dispose();
    throw error;
  }
  return { program: (name) => path.join(folder, `${name}.cjs`), dispose };
}
