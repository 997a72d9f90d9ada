/** The real training process: a small study end to end, repeated, killed, stopped, resumed, broken. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckpointEvent } from '../../../../src/core/run/events';
import { bundleTrainer, checkpointsOf, planRun, readLog, startTrainer, TINY_CONFIG, untilLogged } from '../support/trainer';

let folder: string;
let trainer: string;
let reference: string;

/** A root whose shared stages are there already. */
function rootWithStages(name: string): string {
  const root = path.join(folder, name);
  cpSync(path.join(folder, 'first', '.artifacts'), path.join(root, '.artifacts'), { recursive: true });
  return root;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'trainer-'));
  trainer = await bundleTrainer(folder);
  reference = await planRun(path.join(folder, 'first'), TINY_CONFIG);
  const { code, stderr } = await startTrainer(trainer, ['run', reference]).ended;
  expect(stderr.includes('Error'), stderr).toBe(false);
  expect(code).toBe(0);
}, 180_000);
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

describe('a run of the training process', () => {
  it('logs each planned checkpoint with the canonical metrics, then that it finished', () => {
    const events = readLog(reference);
    expect(events[0]).toMatchObject({ event: 'started', fromStep: 0 });
    expect(events.at(-1)).toMatchObject({ event: 'finished' });
    const checkpoints = checkpointsOf(events);
    expect(checkpoints.map((c) => c.step)).toEqual([0, 20, 40, 60]);
    for (const name of ['kl', 'winRate', 'winRateVsReference', 'proxyWinRate', 'policyAccuracy', 'proxyAccuracy', 'trainAccuracy', 'selfAccuracy', 'margin', 'entropy', 'responseLength', 'densityRatioMedian', 'densityRatio99', 'densityRatioMax', 'outsideData'] as const) {
      for (const checkpoint of checkpoints) expect(Number.isFinite(checkpoint.metrics[name]?.value), `${name} at ${checkpoint.step}`).toBe(true);
    }
  });

  it('begins where policy and reference are one: no KL, every pair a tie', () => {
    const { metrics, outcomes } = checkpointsOf(readLog(reference))[0] as CheckpointEvent;
    expect(metrics.kl?.value).toBeCloseTo(0, 6);
    expect(metrics.policyAccuracy?.value).toBe(0.5);
    expect(metrics.winRateVsReference?.value).toBe(0.5);
    expect(metrics.margin?.value).toBe(0);
    expect(metrics.selfAccuracy?.value).toBe(0.5);
    expect(metrics.densityRatioMax?.value).toBe(0);
    expect(outcomes?.win).toHaveLength(48);
  });

  it('leaves the reference at once: KL is above zero at the first trained checkpoint', () => {
    expect(checkpointsOf(readLog(reference))[1]?.metrics.kl?.value).toBeGreaterThan(1e-3);
  });

  it('counts the labels it spent, one a pair and step', () => {
    expect(checkpointsOf(readLog(reference)).map((c) => c.metrics.samplesLabelled?.value)).toEqual([0, 20 * 16, 40 * 16, 60 * 16]);
  });

  it('keeps samples with both verdicts and one whole folder a checkpoint', () => {
    const samples = readFileSync(path.join(reference, 'samples.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { step: number });
    expect(samples.map((s) => s.step)).toEqual([0, 0, 20, 20, 40, 40, 60, 60]);
    expect(readdirSync(path.join(reference, 'checkpoints')).sort()).toEqual(['step-000000', 'step-000020', 'step-000040', 'step-000060']);
  });

  it('is byte-identical when repeated from nothing, times aside', async () => {
    const again = await planRun(path.join(folder, 'second'), TINY_CONFIG);
    expect((await startTrainer(trainer, ['run', again]).ended).code).toBe(0);
    expect(JSON.stringify(checkpointsOf(readLog(again)))).toBe(JSON.stringify(checkpointsOf(readLog(reference))));
    expect(readFileSync(path.join(again, 'checkpoints/step-000060/policy.safetensors')).equals(readFileSync(path.join(reference, 'checkpoints/step-000060/policy.safetensors')))).toBe(true);
  }, 120_000);
});

describe('an interrupted run', () => {
  it('killed with -9 goes on from its last checkpoint to the same numbers', async () => {
    const directory = await planRun(rootWithStages('killed'), TINY_CONFIG);
    const first = startTrainer(trainer, ['run', directory]);
    await untilLogged(directory, (event) => event.event === 'progress' && event.step >= 30);
    first.child.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    expect(readLog(directory).some((event) => event.event === 'finished')).toBe(false);
    expect((await startTrainer(trainer, ['run', directory]).ended).code).toBe(0);
    const events = readLog(directory);
    expect(events.findLast((event) => event.event === 'started')).toMatchObject({ fromStep: 20 });
    expect(JSON.stringify(checkpointsOf(events))).toBe(JSON.stringify(checkpointsOf(readLog(reference))));
  }, 120_000);

  it('that samples from an older copy of its policy goes on from that copy', async () => {
    const config = { ...TINY_CONFIG, sampling: 'semi-online', syncEvery: 7 } as const;
    const root = rootWithStages('semi-online');
    const [whole, directory] = [await planRun(root, config, 'whole'), await planRun(root, config, 'killed')];
    const first = startTrainer(trainer, ['run', directory]);
    // Step 20, from which it goes on, is the last but one of an interval.
    await untilLogged(directory, (event) => event.event === 'progress' && event.step >= 30);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(existsSync(path.join(directory, 'checkpoints/step-000020/generator.safetensors'))).toBe(true);
    expect((await startTrainer(trainer, ['run', directory]).ended).code).toBe(0);
    expect((await startTrainer(trainer, ['run', whole]).ended).code).toBe(0);
    expect(readLog(directory).findLast((event) => event.event === 'started')).toMatchObject({ fromStep: 20 });
    expect(JSON.stringify(checkpointsOf(readLog(directory)))).toBe(JSON.stringify(checkpointsOf(readLog(whole))));
    expect(checkpointsOf(readLog(whole)).map(({ metrics }) => metrics.staleness !== undefined)).toEqual([false, true, true, true]);
  }, 120_000);

  it('stopped by SIGTERM says so, exits 0, and goes on from that very step to the same numbers', async () => {
    const directory = await planRun(rootWithStages('stopped'), TINY_CONFIG);
    const first = startTrainer(trainer, ['run', directory]);
    await untilLogged(directory, (event) => event.event === 'progress' && event.step >= 10);
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(0);
    const stopped = readLog(directory).at(-1);
    expect(stopped).toMatchObject({ event: 'stopped' });
    expect((await startTrainer(trainer, ['run', directory]).ended).code).toBe(0);
    const events = readLog(directory);
    expect(events.findLast((event) => event.event === 'started')).toMatchObject({ fromStep: stopped?.event === 'stopped' ? stopped.step : -1 });
    expect(JSON.stringify(checkpointsOf(events))).toBe(JSON.stringify(checkpointsOf(readLog(reference))));
  }, 120_000);

  it('will not go on upon other shared stages than it began with', async () => {
    const root = rootWithStages('changed');
    const directory = await planRun(root, TINY_CONFIG);
    const first = startTrainer(trainer, ['run', directory]);
    await untilLogged(directory, (event) => event.event === 'checkpoint');
    first.child.kill('SIGKILL');
    await first.ended;
    const manifest = JSON.parse(readFileSync(path.join(directory, 'run.json'), 'utf8')) as { artefacts: Record<string, string> };
    await planRun(root, TINY_CONFIG);
    const { writeFileAtomic } = await import('../../../../src/runlog');
    const planned = JSON.parse(readFileSync(path.join(directory, 'run.json'), 'utf8')) as object;
    await writeFileAtomic(path.join(directory, 'run.json'), JSON.stringify({ ...planned, artefacts: { ...manifest.artefacts, sft: 'another' } }));
    expect((await startTrainer(trainer, ['run', directory]).ended).code).toBe(1);
    expect(readLog(directory).at(-1)).toMatchObject({ event: 'failed', message: expect.stringContaining('sft') as string });
  }, 120_000);
});

describe('the offline arm', () => {
  it('spends no labels while it trains and shares every stage', async () => {
    const directory = await planRun(rootWithStages('offline'), { ...TINY_CONFIG, arm: 'offline', sampling: 'offline' });
    expect((await startTrainer(trainer, ['run', directory]).ended).code).toBe(0);
    const checkpoints = checkpointsOf(readLog(directory));
    expect(checkpoints.map((c) => c.metrics.samplesLabelled?.value)).toEqual([0, 0, 0, 0]);
    expect(checkpoints[0]?.metrics.winRate).toEqual(checkpointsOf(readLog(reference))[0]?.metrics.winRate);
    // The stages were there: a run has nothing to tell of them. The first run, which computed them, told.
    expect(existsSync(path.join(folder, 'offline', 'tiny', 'stages.jsonl'))).toBe(false);
    expect(readFileSync(path.join(folder, 'first', 'tiny', 'stages.jsonl'), 'utf8')).toContain('"done"');
  }, 60_000);
});

describe('a run that cannot go on', () => {
  it('says why in its log and exits 1', async () => {
    const config = { ...TINY_CONFIG, task: { pairs: path.join(folder, 'absent.jsonl'), promptTokens: 8, responseTokens: 8, vocabulary: 64 } };
    const directory = await planRun(path.join(folder, 'broken'), config);
    expect((await startTrainer(trainer, ['run', directory]).ended).code).toBe(1);
    expect(readLog(directory).at(-1)).toMatchObject({ event: 'failed', message: expect.stringContaining('absent.jsonl') as string });
  });

  it.each([
    { name: 'nothing', args: [] },
    { name: 'an unknown command', args: ['train'] },
    { name: 'an unknown stage', args: ['stage', '.', 'pretraining'] },
  ])('answers $name with its usage and exit 2', async ({ args }) => {
    const { code, stderr } = await startTrainer(trainer, args).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('usage:');
  });
});
