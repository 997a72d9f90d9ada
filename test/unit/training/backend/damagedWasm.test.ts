/** In a process of its own: TensorFlow.js reads the binary once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { STARTERS, startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { startWasm } from '../../../../src/training/backend/wasm';

test('a damaged wasm binary makes setBackend answer false, which is said, and cpu takes over visibly', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'damaged-'));
  writeFileSync(path.join(folder, 'tfjs-backend-wasm-simd.wasm'), 'no wasm at all');
  await expect(startWasm(folder)).rejects.toThrow('TensorFlow.js could not start its wasm backend from tfjs-backend-wasm-simd.wasm; the file may be damaged');
  const info = await startBackend('auto', { ...STARTERS, tensorflow: () => Promise.reject(new Error('not installed')), wasm: () => startWasm(folder) });
  expect(info.name).toBe('cpu');
  expect(info.reasons).toHaveLength(3);
  expect(info.reasons[0]).toContain('wasm: TensorFlow.js could not start');
  expect(tf.getBackend()).toBe('cpu');
  rmSync(folder, { recursive: true });
});
