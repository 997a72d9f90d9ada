/**
 * Compiles our WebAssembly kernels (src/training/backend/assembly) twice: with relaxed SIMD, whose fused multiply-add makes matrix
 * products half as fast again, and without, for engines that lack it. One program, two builds.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const sources = path.join(root, 'src/training/backend/assembly');

const BUILDS = [
  { file: 'kernels-relaxed.wasm', features: ['simd', 'relaxed-simd'] },
  { file: 'kernels.wasm', features: ['simd'] },
];
export const KERNEL_FILES = BUILDS.map(({ file }) => file);

/**
 * Compiles what is missing or older than its sources.
 * @param {string} folder
 */
export function buildKernels(folder) {
  mkdirSync(folder, { recursive: true });
  const changed = Math.max(...readdirSync(sources).map((name) => statSync(path.join(sources, name)).mtimeMs), statSync(import.meta.filename).mtimeMs);
  for (const { file, features } of BUILDS) {
    const built = statSync(path.join(folder, file), { throwIfNoEntry: false });
    if (built === undefined || built.mtimeMs < changed) compile(path.join(folder, file), features);
  }
}

/**
 * @param {string} file
 * @param {readonly string[]} features
 */
function compile(file, features) {
  const asc = path.join(root, 'node_modules/assemblyscript/bin/asc.js');
  const enable = features.flatMap((feature) => ['--enable', feature]);
  const options = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--importMemory', '--noExportMemory', '--initialMemory', '1'];
  execFileSync(process.execPath, [asc, path.join(sources, 'index.ts'), '-o', file, ...options, ...enable], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (sectionsOf(readFileSync(file)).includes(DATA_SECTION)) {
    throw new Error(`${file} brings constant data, which would overwrite the heap that it shares with TensorFlow.js: keep tables and strings out of ${sources}`);
  }
}

const DATA_SECTION = 11;

/**
 * The ids of a WebAssembly module's sections: after eight bytes of head, each is an id, a LEB128 length and that many bytes.
 * @param {Uint8Array} bytes
 */
function sectionsOf(bytes) {
  const ids = [];
  for (let at = 8; at < bytes.length; ) {
    ids.push(bytes[at] ?? 0);
    at += 1;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at] ?? 0;
      at += 1;
      length += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    at += length;
  }
  return ids;
}
