/** `bench` through the command line, on the fake trainer: what is measured is the trainer's own test. */
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { experimentFile, temporaryFolder } from '../launch/support';
import { bundleCli, call } from './support';

let cli: string;
let folder: string;
const CACHE = 'cache';
const go = (args: readonly string[], env: Record<string, string> = {}) => call(cli, args, { cwd: folder, env: { ALIGNMENT_GAP_CACHE: path.join(folder, CACHE), ...env } });

beforeAll(async () => {
  cli = await bundleCli();
  folder = await temporaryFolder();
});

describe('the machine', () => {
  it('is measured backend by backend, and why one cannot be used is said', async () => {
    const { code, out } = await go(['bench']);
    expect(code).toBe(0);
    for (const policy of ['tiny', 'small', 'medium']) expect(out).toMatch(new RegExp(`wasm +${policy} +30,000 tokens/s +20,000 tokens/s +10,000 tokens/s`));
    expect(out).toContain('tensorflow cannot be used: not installed');
  });

  it('gives the documented JSON, alone on standard output', async () => {
    const { code, out } = await go(['bench', '--backend', 'wasm', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ schema: 'alignment-gap/bench@1', backends: [{ name: 'wasm', available: true, kernels: 'fake', start: 1, policies: { small: { ipo: 20_000 } } }] });
  });

  it('without any backend that works: exit 1', async () => {
    const { code, out } = await go(['bench', '--backend', 'cpu', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ backends: [{ name: 'cpu', available: false, reason: 'not installed' }] });
  });
});

describe('a study', () => {
  // 20 steps of 0.1 s, four runs: 3 s each alone, and half as long again beside another. Stages by their defaults.
  const STAGES = { pretrainingSteps: 30, sftSteps: 10, proxySteps: 20, goldenPolicySteps: 20 };

  it('is predicted from its steps, its queue and what processes do to each other', async () => {
    const file = await experimentFile(folder, { stages: STAGES });
    const { code, out } = await go(['bench', file, '--jobs', '1']);
    expect(code).toBe(0);
    expect(out).toMatch(/sft +40 × 100 ms +5 s/);
    expect(out).toMatch(/online +2 +20 × 100 ms +3 s/);
    // Five stages 1 + 5 + 1 + 3 + 3, four runs of 3, before and after 4.
    expect(out).toContain('study: about 30 s on 1 process (shared stages 13 s, 4 runs of 3 s)');
    const two = JSON.parse((await go(['bench', file, '--jobs', '2', '--json'])).out) as { study: object };
    // On a machine with one core nothing is compared, and two processes take turns.
    const factor = (two.study as { pace: { cores: number } }).pace.cores > 1 ? 1.5 : 2;
    expect(two.study).toMatchObject({ name: 'study', jobs: 2, stages: { length: 5 }, runs: { length: 4 } });
    // Data 1; then SFT beside relabelled 1 and proxy 3, 1 alone; golden policy 3; two rounds of two runs.
    expect((two.study as { seconds: number }).seconds).toBeCloseTo(4 + 1 + 4 * factor + 1 + 3 + 2 * 3 * factor, 6);
  });

  it('is remembered, and `run` says it at its start', async () => {
    const file = await experimentFile(folder, { name: 'remembered', seeds: [1] });
    expect((await go(['run', file, '--jobs', '1'], { ALIGNMENT_GAP_CACHE: path.join(folder, 'empty') })).err).not.toContain('about');
    await go(['bench', file]);
    const again = await experimentFile(folder, { name: 'again', seeds: [1, 2, 3], steps: 30 });
    // The stages are there since the first study: a start each, and six runs of 4 s.
    expect((await go(['run', again, '--jobs', '1'])).err).toContain('about 35 s on 1 process (shared stages are there, 6 runs of 4 s)');
    expect(await readdir(path.join(folder, CACHE, 'calibration'))).not.toEqual([]);
    expect((await go(['run', again, '--jobs', '1'])).err).not.toContain('about 35 s');
  });

  it('is remembered with the load that it was measured under, and `run` says that too', async () => {
    const file = await experimentFile(folder, { name: 'busy', seeds: [1] });
    const cache = { ALIGNMENT_GAP_CACHE: path.join(folder, 'busy-cache') };
    expect((await go(['bench', file], { ...cache, FAKE_BENCH_ALONE: '2' })).err).toContain('Other work had the processor');
    const { err } = await go(['run', file, '--jobs', '1'], cache);
    expect(err).toMatch(/measured here before, while other work had the processor \(bench measures anew\), it takes about/);
  });

  it('is measured again where the memory is torn', async () => {
    const file = await experimentFile(folder, { name: 'torn', seeds: [1] });
    const cache = path.join(folder, 'torn-cache');
    await go(['bench', file], { ALIGNMENT_GAP_CACHE: cache });
    const [kept] = await readdir(path.join(cache, 'calibration'));
    await writeFile(path.join(cache, 'calibration', kept ?? ''), '{ "format": "alignment-gap/calibration@1", "costs": { "start": "soon" } }');
    const { code, err } = await go(['run', file, '--jobs', '1'], { ALIGNMENT_GAP_CACHE: cache });
    expect({ code, said: err.includes('measured here before') }).toEqual({ code: 0, said: false });
  });

  it('that cannot be measured says why: exit 1', async () => {
    const { code, out, err } = await go(['bench', await experimentFile(folder)], { FAKE_BENCH_FAIL: 'the wasm file is damaged' });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/alignment-gap: The training process could not measure: the wasm file is damaged/);
  });
});
