/** Same seed, same backend: the same bits, in this process and in fresh ones. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'determinism-'));
const program = path.join(scratch, 'trained.cjs');
const root = path.resolve(__dirname, '../../../..');

beforeAll(async () => {
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['test/unit/training/policy/trained.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    alias: { 'node-fetch': './scripts/fetch-stub.mjs' },
    outfile: program,
    logLevel: 'error',
  });
});
afterAll(() => rmSync(scratch, { recursive: true }));

function trained(seed: number): string {
  // The bundle lies outside the project: it is told where the wasm binary is, as a bundle in dist/ finds it beside itself.
  const wasm = path.dirname(createRequire(__filename).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, String(seed), wasm], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.trim();
}

test('online training ends in the same weights in two processes, and in others with another seed', () => {
  const first = trained(1);
  expect(first).toMatch(/^wasm [0-9a-f]{64}$/);
  expect(trained(1)).toBe(first);
  expect(trained(2)).not.toBe(first);
}, 120_000);
