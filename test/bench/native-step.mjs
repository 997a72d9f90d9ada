/** node test/bench/native-step.mjs [steps]: bundles the benchmark as the trainer is bundled, and runs it. */
import * as esbuild from 'esbuild';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'bench-'));
const program = path.join(scratch, 'native-step.cjs');
await esbuild.build({
  absWorkingDir: root,
  entryPoints: ['test/bench/native-step.ts'],
  bundle: true,
  platform: 'node',
  format: 'cjs',
  mainFields: ['module', 'main'],
  alias: { 'node-fetch': './scripts/fetch-stub.mjs' },
  outfile: program,
  logLevel: 'warning',
});
const binary = 'tfjs-backend-wasm-simd.wasm';
copyFileSync(path.join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist', binary), path.join(scratch, binary));
const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
rmSync(scratch, { recursive: true });
process.exit(status ?? 1);
