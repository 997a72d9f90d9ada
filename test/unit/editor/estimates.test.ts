/** The estimate before a start, through the real command line and the fake trainer. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shortEstimate } from '../../../src/core/estimate';
import { parseExperiment } from '../../../src/core/experiment';
import type { Draft } from '../../../src/editor/start/model/fields';
import { Estimates, isWanting } from '../../../src/editor/start/estimates';
import { bundleCli } from '../cli/support';
import { FAKE_TRAINER, SMALL, temporaryFolder, withSwitches } from '../launch/support';

const parsed = parseExperiment(JSON.stringify({ ...SMALL, stages: { pretrainingSteps: 30, sftSteps: 10, proxySteps: 20, goldenPolicySteps: 20 } }));
if (!parsed.ok) throw new Error('the sample is no experiment');
const draft: Draft = { experiment: parsed.experiment, jobs: 1 };

let programs: string;
const before = { ...process.env };
beforeAll(async () => {
  programs = path.dirname(await bundleCli());
  process.env.ALIGNMENT_GAP_TRAINER = FAKE_TRAINER;
});
afterAll(() => {
  process.env = before;
});

async function estimates() {
  const folder = await temporaryFolder();
  process.env.ALIGNMENT_GAP_CACHE = path.join(folder, 'cache');
  const noted: unknown[] = [];
  const made = () => new Estimates({ file: path.join(folder, 'study.alignment.json'), root: path.join(folder, 'runs'), programs }, (error) => noted.push(error));
  return { folder, noted, made };
}

describe('the estimate before a start', () => {
  it('is measured in the background the first time, and there at once from then on', async () => {
    const { folder, noted, made } = await estimates();
    const first = made();
    expect(await first.known(draft)).toBeUndefined();
    expect(isWanting(undefined)).toBe(true);
    const measured = await first.measured(draft);
    expect(measured === undefined ? undefined : shortEstimate(measured)).toBe('about 30 s on 1 process');
    first.dispose();
    const second = made();
    const known = await second.known(draft);
    expect(known).toEqual(measured);
    expect(isWanting(known)).toBe(false);
    expect(known === undefined || isWanting({ ...known, pace: { ...known.pace, alone: 2 } })).toBe(true);
    // Other seeds and steps cost the same a step: nothing is measured for them.
    const longer = await second.known({ experiment: { ...draft.experiment, seeds: [1, 2, 3, 4], steps: 50 }, jobs: 1 });
    // Stages 13 s, eight runs of 1 + 5, before and after 4.
    expect(longer?.seconds).toBeCloseTo(13 + 48 + 4, 6);
    expect(noted).toEqual([]);
    const kept = await readdir(path.join(folder, 'cache', 'calibration'));
    expect(kept.filter((name) => name.endsWith('.alignment.json'))).toEqual([]);
  });

  it('is measured once, however often it is asked for meanwhile', async () => {
    const { folder, made } = await estimates();
    const log = path.join(folder, 'processes');
    const one = made();
    await withSwitches({ FAKE_LOG: log }, async () => {
      const [first, second] = await Promise.all([one.measured(draft), one.measured(draft)]);
      expect(first).toBeDefined();
      expect(second).toEqual(first);
    });
    const begun = (await readFile(log, 'utf8')).split('\n').filter((line) => line.startsWith('+'));
    // The measuring process, and a companion where there is a core for it.
    expect(begun).toHaveLength(Math.min(2, os.availableParallelism()));
  });

  it('is left out where it cannot be measured', async () => {
    const { made } = await estimates();
    await withSwitches({ FAKE_BENCH_FAIL: 'no backend' }, async () => {
      expect(await made().measured(draft)).toBeUndefined();
    });
  });

  it('is noted where measuring cannot even be started', async () => {
    const { folder, noted, made } = await estimates();
    // A file where the cache's folder should be.
    process.env.ALIGNMENT_GAP_CACHE = path.join(folder, 'cache', 'file');
    await mkdir(path.join(folder, 'cache'), { recursive: true });
    await writeFile(path.join(folder, 'cache', 'file'), '');
    expect(await made().measured(draft)).toBeUndefined();
    expect(noted).toHaveLength(1);
  });

  it('is not waited for by whoever has gone away: the measuring ends', async () => {
    const { folder, made } = await estimates();
    await withSwitches({ FAKE_BENCH_MS: '60000' }, async () => {
      const one = made();
      const later = one.measured(draft);
      await wait(700);
      one.dispose();
      expect(await later).toBeUndefined();
    });
    expect((await readdir(path.join(folder, 'cache', 'calibration'))).filter((name) => /^[0-9a-f]+\.json$/.test(name))).toEqual([]);
  });
});
