/** onnxruntime-node itself, by the real npm, tried out by the real training process: where the package registry answers. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';
import { findEngine, HOME_VARIABLE } from '../../../../src/engines';
import { installEngine, nativeStatus, removeEngine } from '../../../../src/launch/native';
import { thisPlatform, unsupported } from '../../../../src/launch/native/causes';
import { bundleTrainer } from '../../training/support/trainer';
import { temporaryFolder } from '../support';

/** Why it cannot be had here. */
async function closed(): Promise<string | undefined> {
  const why = unsupported('onnx', thisPlatform());
  if (why !== undefined) return why.cause;
  try {
    await promisify(execFile)('npm', ['view', 'onnxruntime-node', 'version', '--fetch-retries=0'], { timeout: 20_000, shell: process.platform === 'win32' });
    return undefined;
  } catch (error) {
    return `the package registry does not answer (${(error as Error).message.split('\n')[0] ?? ''})`;
  }
}

it('is installed, found without a variable, works, and is removed without a trace', { timeout: 300_000 }, async (context) => {
  const reason = await closed();
  if (reason !== undefined) {
    console.warn(`Skipped: ${reason}`);
    return context.skip(reason);
  }
  vi.stubEnv(HOME_VARIABLE, await temporaryFolder());
  vi.stubEnv('ALIGNMENT_GAP_ONNXRUNTIME', '');
  const trainerPath = await bundleTrainer(await temporaryFolder());
  const installed = await installEngine({ engine: 'onnx', trainerPath }, () => undefined).catch((error: Error) => {
    // A network that goes away half-way is not what is tested.
    if (!error.message.includes('cannot be reached')) throw error;
    return context.skip(error.message);
  });
  const { folder } = installed;
  expect(findEngine('onnx')).toEqual({ folder, from: 'installed' });
  expect((await nativeStatus(trainerPath))[0]).toMatchObject({ engine: 'onnx', state: 'works', folder });
  expect(await removeEngine('onnx')).toBe(folder);
  expect((await nativeStatus(trainerPath))[0]).toMatchObject({ engine: 'onnx', state: 'absent' });
  vi.unstubAllEnvs();
});
