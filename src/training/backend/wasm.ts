/** The WebAssembly backend: where its binaries lie, starting it, and our kernels on top of it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { installOverrides, type Installed } from './overrides';
import { setWasmPaths, tf } from './tensorflow';

const BINARY = 'tfjs-backend-wasm-simd.wasm';
const OWN_BINARY = 'kernels.wasm';
const STOCK = 'stock';

let installed: Installed | undefined;
/** TensorFlow.js takes a path once, before the first start. */
let located = false;

/**
 * @param own the folder of our kernels, the nearest that has them unless told
 * @returns which kernels do the work. @throws Error saying why the backend cannot be used.
 */
export async function startWasm(folder = wasmFolder(__dirname), own?: string): Promise<string> {
  if (folder === undefined) throw new Error(`${BINARY} lies neither beside the program nor in a node_modules folder above it; build or install again`);
  if (!located) setWasmPaths(`${folder}${path.sep}`);
  located = true;
  if (!(await tf.setBackend('wasm'))) throw new Error(`TensorFlow.js could not start its wasm backend from ${BINARY}; the file may be damaged, or this Node.js lacks WebAssembly SIMD`);
  try {
    installed ??= installOverrides(own ?? kernelsFolder(__dirname));
    return `${STOCK} + ${installed.name}`;
  } catch (error) {
    return withoutOverrides(error instanceof Error ? error.message : String(error));
  }
}

/** Back to the stock kernels, for when ours cannot be used or do not pass the self-test. */
export function withoutOverrides(reason?: string): string {
  installed?.uninstall();
  installed = undefined;
  return reason === undefined ? STOCK : `${STOCK} (own kernels rejected: ${reason})`;
}

/** The folder holding the stock binaries: beside the bundle, or in the nearest node_modules (tests, development). */
export const wasmFolder = (from: string): string | undefined => nearest(from, BINARY, ['', 'node_modules/@tensorflow/tfjs-backend-wasm/dist']);

/** The folder holding our binaries: beside the bundle, or in the nearest dist. @throws Error where there is none */
export function kernelsFolder(from: string): string {
  const folder = nearest(from, OWN_BINARY, ['', 'dist']);
  if (folder === undefined) throw new Error(`${OWN_BINARY} lies neither beside the program nor in a dist folder above it; build again`);
  return folder;
}

function nearest(from: string, file: string, places: readonly string[]): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const found = places.map((place) => path.join(folder, place)).find((candidate) => existsSync(path.join(candidate, file)));
    if (found !== undefined || folder === path.dirname(folder)) return found;
  }
}
