/**
 * The one place that imports TensorFlow.js: core, all gradients, and the two backends that need no native library.
 * The gradients register themselves only through the ES modules, hence the bundler's and the test runner's `module` first.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

// Silences TensorFlow.js' advice to install its native backend. (IS_TEST would too, but takes tensors kept for a gradient for leaks.)
tf.enableProdMode();

export { setWasmPaths, tf };

/** The release that the kernel overrides of this folder were written and checked against. */
export const OVERRIDDEN_VERSION = '4.22.0';
