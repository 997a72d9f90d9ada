/** The WebAssembly backend: where its binary lies, and starting it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setWasmPaths, tf } from './tensorflow';

const BINARY = 'tfjs-backend-wasm-simd.wasm';

export async function startWasm(): Promise<void> {
  const folder = wasmFolder(__dirname);
  if (folder === undefined) throw new Error(`${BINARY} lies neither beside the program nor in a node_modules above it: reinstall, or build again.`);
  if (!tf.engine().registryFactory.wasm) throw new Error('The wasm backend is not registered.');
  try {
    setWasmPaths(`${folder}${path.sep}`);
  } catch {
    // Already started in this process: the binary was found then.
  }
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js could not start its wasm backend.');
  await tf.ready();
}

/** The folder holding the wasm binaries: beside the bundle, or in the nearest node_modules (tests, development). */
export function wasmFolder(from: string): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    for (const candidate of [folder, path.join(folder, 'node_modules/@tensorflow/tfjs-backend-wasm/dist')]) {
      if (existsSync(path.join(candidate, BINARY))) return candidate;
    }
    if (folder === path.dirname(folder)) return undefined;
  }
}
