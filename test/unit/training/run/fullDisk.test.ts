/** A disk that fills up in mid-run: a small tmpfs, where the machine lets us mount one. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleTrainer, checkpointsOf, planRun, readLog, startTrainer, TINY_CONFIG } from '../support/trainer';

let folder: string;
let disk: string;
let mounted = false;

function mount(...args: string[]): boolean {
  try {
    execFileSync('mount', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'full-disk-'));
  disk = path.join(folder, 'disk');
  mkdirSync(disk);
  mounted = process.platform === 'linux' && mount('-t', 'tmpfs', '-o', 'size=112k', 'tmpfs', disk);
});
afterAll(() => {
  if (mounted) execFileSync('umount', [disk]);
  rmSync(folder, { recursive: true, force: true });
});

it('fails with cause and next step, keeps what was whole, and goes on to the same numbers once there is room', async (context) => {
  if (!mounted) {
    console.warn('skipped: a full disk needs the right to mount a tmpfs (root on Linux)');
    context.skip('cannot mount a tmpfs here');
  }
  const trainer = await bundleTrainer(folder);
  const reference = await planRun(path.join(folder, 'roomy'), TINY_CONFIG);
  expect((await startTrainer(trainer, ['run', reference]).ended).code).toBe(0);
  symlinkSync(path.join(folder, 'roomy', '.artifacts'), path.join(disk, '.artifacts'));

  const run = await planRun(disk, TINY_CONFIG);
  const full = await startTrainer(trainer, ['run', run]).ended;
  expect(full.code).toBe(1);
  expect(full.stderr).toContain('the disk is full');
  expect(full.stderr).toContain(path.join(run, 'checkpoints', 'step-'));
  expect(full.stderr).toContain('then resume the run');
  const before = checkpointsOf(readLog(run));
  expect(before.length).toBeGreaterThan(0);
  expect(before.length).toBeLessThan(TINY_CONFIG.checkpointSteps.length);

  expect(mount('-o', 'remount,size=4m', disk)).toBe(true);
  expect((await startTrainer(trainer, ['run', run]).ended).code).toBe(0);
  expect(JSON.stringify(checkpointsOf(readLog(run)))).toBe(JSON.stringify(checkpointsOf(readLog(reference))));
}, 120_000);
