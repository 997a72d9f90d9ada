/** Bundles programs of the benchmark as the trainer is bundled, so that what is measured is what is shipped. */
import * as esbuild from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { placeBinaries, TRAINING_BUNDLE } from '../../scripts/training-bundle.mjs';

export const root = path.resolve(import.meta.dirname, '../..');

/**
 * @param {Record<string, string>} programs name → entry point, relative to this folder
 * @returns {Promise<{ program: (name: string) => string, dispose: () => void }>} `program(name)` is the bundle's path
 */
export async function bundle(programs) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  try {
    await esbuild.build({
      ...TRAINING_BUNDLE,
      entryPoints: Object.fromEntries(Object.entries(programs).map(([name, file]) => [name, `test/bench/${file}`])),
      outExtension: { '.js': '.cjs' },
      outdir: folder,
      logLevel: 'warning',
    });
    placeBinaries(folder);
  } catch (error) {
    dispose();
    throw error;
  }
  return { program: (name) => path.join(folder, `${name}.cjs`), dispose };
}
