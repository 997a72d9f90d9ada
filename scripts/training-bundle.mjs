/** How whatever trains is bundled, so that tests and benchmarks run what is shipped. */
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { buildKernels, KERNEL_FILES } from './kernels.mjs';

const root = path.resolve(import.meta.dirname, '..');

/** TensorFlow.js' own WebAssembly, which lies beside the bundle as our kernels do. */
export const TENSORFLOW_FILES = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'];

/** @satisfies {import('esbuild').BuildOptions} */
export const TRAINING_BUNDLE = {
  absWorkingDir: root,
  bundle: true,
  platform: /** @type {const} */ ('node'),
  format: /** @type {const} */ ('cjs'),
  target: 'node20',
  // TensorFlow.js registers its gradients only through its ES modules.
  mainFields: ['module', 'main'],
  external: ['@tensorflow/tfjs-node', 'onnxruntime-node'],
  alias: { 'node-fetch': './scripts/fetch-stub.mjs' },
};

/**
 * Puts beside a bundle what it reads at run time. Our kernels are compiled into dist/, once for all.
 * @param {string} folder
 */
export function placeBinaries(folder) {
  const dist = path.join(root, 'dist');
  buildKernels(dist);
  if (path.resolve(folder) !== dist) for (const file of KERNEL_FILES) copyFileSync(path.join(dist, file), path.join(folder, file));
  for (const file of TENSORFLOW_FILES) copyFileSync(path.join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist', file), path.join(folder, file));
}
