/** The WebAssembly backend: where its binary lies, starting it, and our kernels on top of it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Uninstall } from './overrides';
import { installOverrides } from './overrides';
import { setWasmPaths, tf } from './tensorflow';

const BINARY = 'tfjs-backend-wasm-simd.wasm';
const STOCK = 'stock';
const WITH_OWN = 'stock + own (JavaScript on the wasm heap)';

let uninstall: Uninstall | undefined;
/** TensorFlow.js takes a path once, before the first start. */
let located = false;

/** @returns which kernels do the work. @throws Error saying why the backend cannot be used. */
export async function startWasm(folder = wasmFolder(__dirname)): Promise<string> {
  if (folder === undefined) throw new Error(`${BINARY} lies neither beside the program nor in a node_modules folder above it; build or install again`);
  if (!located) setWasmPaths(`${folder}${path.sep}`);
  located = true;
  if (!(await tf.setBackend('wasm'))) throw new Error(`TensorFlow.js could not start its wasm backend from ${BINARY}; the file may be damaged, or this Node.js lacks WebAssembly SIMD`);
  uninstall ??= installOverrides();
  return uninstall ? WITH_OWN : STOCK;
}

/** Back to the stock kernels, for when ours do not pass the self-test. */
export function withoutOverrides(): string {
  uninstall?.();
  uninstall = undefined;
  return STOCK;
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
