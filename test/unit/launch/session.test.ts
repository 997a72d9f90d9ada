import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { planExperiment, resumeRun, runExperiment, stopRun, type LaunchEvent, type LaunchOptions } from '../../../src/launch';
import { ownExperiment } from '../../../src/launch/owner';
import { readEvents, readExperimentManifest, readRun } from '../../../src/runlog';
import { experimentFile, FAKE_TRAINER, temporaryFolder, trainerLog, withSwitches } from './support';
import type { ExperimentFile } from '../../../src/core/experiment/schema';

interface Try {
  readonly changes?: Partial<ExperimentFile>;
  readonly switches?: Readonly<Record<string, string>>;
  readonly options?: Partial<LaunchOptions>;
}

async function planned(changes: Partial<ExperimentFile> = {}) {
  const folder = await temporaryFolder();
  return { folder, log: path.join(folder, 'log'), plan: await planExperiment({ file: await experimentFile(folder, changes), root: path.join(folder, 'runs') }) };
}

async function launch({ changes, switches = {}, options = {} }: Try) {
  const { log, plan } = await planned(changes);
  const events: LaunchEvent[] = [];
  const launched = () => runExperiment(plan, { jobs: 2, trainerPath: FAKE_TRAINER, pollMs: 20, onEvent: (event) => void events.push(event), ...options });
  const result = await withSwitches({ FAKE_LOG: log, ...switches }, launched);
  const ends = Object.fromEntries(events.flatMap((event) => (event.kind === 'run-ended' ? [[event.name, event.result]] : [])));
  return { plan, log, events, result, ends };
}

const until = async (condition: () => Promise<boolean>) => {
  for (const end = Date.now() + 15_000; !(await condition()); await wait(20)) if (Date.now() > end) throw new Error('waited in vain');
};

describe('a study', () => {
  it('computes stages in order, then the arms in turn, at most two at a time', async () => {
    const { log, result, events, plan } = await launch({ switches: { FAKE_STEP_MS: '10' } });
    // What the queue did, in its own order: processes of a loaded machine may begin late.
    const order = events.flatMap((event) => {
      if (event.kind === 'stage-started' || event.kind === 'stage-ended') return [`${event.kind === 'stage-started' ? '+' : '-'}${event.stage}`];
      return event.kind === 'run-started' || event.kind === 'run-ended' ? [`${event.kind === 'run-started' ? '+' : '-'}${event.name}`] : [];
    });
    expect(order.slice(0, 4)).toEqual(['+data', '-data', '+sft', '+relabelled']);
    // The proxy needs no policy, so it is learnt beside SFT; the golden policy waits for SFT, the runs for both.
    const before = (first: string, second: string) => { expect(order.indexOf(first), `${first} before ${second}`).toBeLessThan(order.indexOf(second)); };
    before('-relabelled', '+proxy');
    before('-sft', '+golden-policy');
    before('+proxy', '+golden-policy');
    before('-proxy', '+online-b0.1-s1');
    before('-golden-policy', '+online-b0.1-s1');
    before('+online-b0.1-s1', '+offline-b0.1-s1');
    let [now, most] = [0, 0];
    for (const line of await trainerLog(log)) most = Math.max(most, (now += line.startsWith('+') ? 1 : -1));
    expect(now).toBe(0);
    expect(most).toBeLessThanOrEqual(2);
    expect(result.isComplete).toBe(true);
    expect(result.runs.map(({ status, checkpoints }) => [status, checkpoints.length])).toEqual(Array(4).fill(['finished', 5]));
    expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['stage-started', 'stage-progress', 'stage-ended', 'run-started', 'run-progress', 'run-ended']));
    expect((await readExperimentManifest(plan.directory)).orchestrator).toBeUndefined();
  });

  it('records a run for each seed, for the arms that replay it; where that fails, the others go on', async () => {
    const replay = { name: 'replay', sampling: 'offline', data: { kind: 'replay', order: 'shuffled' } } as const;
    const arms = [{ name: 'online', sampling: 'online' } as const, replay];
    const { events, result } = await launch({ changes: { arms } });
    const begun = events.flatMap((event) => (event.kind === 'stage-started' ? [event.stage] : event.kind === 'run-started' ? [event.name] : []));
    expect(begun.filter((name) => name.startsWith('recording'))).toEqual(['recording ipo-b0.1-lr0.001-s1', 'recording ipo-b0.1-lr0.001-s2']);
    for (const seed of [1, 2]) expect(begun.indexOf(`recording ipo-b0.1-lr0.001-s${seed}`)).toBeLessThan(begun.indexOf(`replay-b0.1-s${seed}`));
    expect(result.isComplete).toBe(true);

    const failed = await launch({ changes: { arms }, switches: { FAKE_FAIL: 'recording@1' } });
    expect(failed.ends).toEqual({ 'online-b0.1-s1': 'done', 'online-b0.1-s2': 'done', 'replay-b0.1-s1': 'blocked', 'replay-b0.1-s2': 'blocked' });
    expect(failed.result.runs.find(({ name }) => name === 'replay-b0.1-s2')?.failure).toContain('the shared stage recording ipo-b0.1-lr0.001-s2 failed');
  });

  it('keeps what each process printed', async () => {
    const { plan } = await launch({ changes: { seeds: [1] } });
    expect(await readFile(path.join(plan.directory, 'stages.log'), 'utf8')).toContain('fake trainer: stage');
    expect(await readFile(path.join(plan.directory, 'online-b0.1-s1', 'trainer.log'), 'utf8')).toContain('fake trainer: run');
  });

  it('starts nothing when all is finished', async () => {
    const { plan, log } = await launch({ changes: { seeds: [1] } });
    const before = await trainerLog(log);
    const notes: LaunchEvent[] = [];
    const again = await withSwitches({ FAKE_LOG: log }, () => runExperiment(plan, { trainerPath: FAKE_TRAINER, onEvent: (event) => void notes.push(event) }));
    expect(again.isComplete).toBe(true);
    expect(await trainerLog(log)).toEqual(before);
    expect(notes).toHaveLength(2);
  });
});

describe('failures', () => {
  it.each<{ name: string; switches: Record<string, string>; failure: string }>([
    { name: 'a run that says why', switches: { FAKE_FAIL: 'online-b0.1-s1@7' }, failure: 'told to fail at step 7' },
    { name: 'a run that crashes silently', switches: { FAKE_CRASH: 'online-b0.1-s1@7' }, failure: 'ended with code 3 without saying why; its last words: fake trainer: run' },
    { name: 'a run that crashes before its first event', switches: { FAKE_CRASH: 'online-b0.1-s1@0', FAKE_EXIT_CODE: '9' }, failure: 'ended with code 9' },
  ])('$name: failed with its reason, and the others go on', async ({ switches, failure }) => {
    const { result, ends } = await launch({ switches });
    expect(ends).toEqual({ 'online-b0.1-s1': 'failed', 'online-b0.1-s2': 'done', 'offline-b0.1-s1': 'done', 'offline-b0.1-s2': 'done' });
    expect(result.isComplete).toBe(false);
    const failed = result.runs.find((run) => run.status === 'failed');
    expect(failed?.name).toBe('online-b0.1-s1');
    expect(failed?.failure).toContain(failure);
  });

  it('a failed stage fails the runs that wait for it, naming the root cause', async () => {
    const { result, events, log } = await launch({ switches: { FAKE_FAIL: 'sft@2' } });
    expect(await trainerLog(log)).not.toContain('+golden-policy');
    expect(result.runs.map(({ status }) => status)).toEqual(Array(4).fill('failed'));
    expect(result.runs[0]?.failure).toMatch(/shared stage sft failed: the fake trainer was told to fail at step 2 \(.*stages\.log\)/);
    expect(events.flatMap((event) => (event.kind === 'stage-ended' && event.result === 'blocked' ? [event.stage] : []))).toEqual(['golden-policy']);
  });

  it('a trainer that is not there fails clearly', async () => {
    const { result } = await launch({ changes: { seeds: [1] }, options: { trainerPath: '/nowhere/trainer.js' } });
    expect(result.runs[0]?.failure).toMatch(/shared stage data failed: ended with code 1.*(Cannot find module|Node\.js)/);
  });

  it('a killed run is lost, and resume goes on from its last checkpoint', async () => {
    const { plan, result, ends } = await launch({ changes: { seeds: [1] }, switches: { FAKE_KILL: 'online-b0.1-s1@12' } });
    expect(ends['online-b0.1-s1']).toBe('failed');
    expect(result.runs.map(({ status }) => status)).toEqual(['lost', 'finished']);
    const directory = path.join(plan.directory, 'online-b0.1-s1');
    const resumedLog = path.join(directory, 'processes');
    const resumed = await withSwitches({ FAKE_LOG: resumedLog }, () => resumeRun(directory, { trainerPath: FAKE_TRAINER }));
    // Its stages are there: no process is started for them.
    expect(await trainerLog(resumedLog)).toEqual(['+online-b0.1-s1', '-online-b0.1-s1']);
    expect(resumed.runs.map(({ name, status }) => [name, status])).toEqual([['online-b0.1-s1', 'finished']]);
    const starts = (await readEvents(directory)).flatMap((event) => (event.event === 'started' ? [event.fromStep] : []));
    expect(starts).toEqual([0, 10]);
  });
});

describe('stages of runs that go on', () => {
  it.each<[string, (root: string) => Promise<void>]>([
    ['one artefact is gone', (root) => rm(path.join(root, '.artifacts', 'fake-proxy'), { recursive: true })],
    ['one artefact is not whole', (root) => rm(path.join(root, '.artifacts', 'fake-proxy', 'artefact.json'))],
  ])('are computed again where %s', async (_, damage) => {
    const { plan } = await launch({ changes: { seeds: [1] }, switches: { FAKE_KILL: 'online-b0.1-s1@12' } });
    await damage(path.dirname(plan.directory));
    const log = path.join(plan.directory, 'processes');
    await withSwitches({ FAKE_LOG: log }, () => resumeRun(path.join(plan.directory, 'online-b0.1-s1'), { trainerPath: FAKE_TRAINER }));
    expect(await trainerLog(log)).toContain('+proxy');
  });
});

describe('stopping', () => {
  const slow = { FAKE_STEP_MS: '40' };

  it('an aborted study ends its runs as stopped, begins no other, and resumes', async () => {
    const controller = new AbortController();
    const { plan, result } = await launch({
      switches: slow,
      options: { signal: controller.signal, onEvent: (event) => void (event.kind === 'run-progress' && event.run.checkpoints.length >= 2 && controller.abort()) },
    });
    expect(result.runs.map(({ status }) => status).sort()).toEqual(['stopped', 'stopped', 'stopped', 'stopped']);
    const resumed = await resumeRun(plan.directory, { trainerPath: FAKE_TRAINER });
    expect(resumed.isComplete).toBe(true);
  });

  it('what does not stop when asked is killed after its grace', async () => {
    const controller = new AbortController();
    const began = Date.now();
    const { result } = await launch({
      changes: { seeds: [1], steps: 2000 },
      switches: { ...slow, FAKE_HANG: 'online-b0.1-s1' },
      options: { graceMs: 300, signal: controller.signal, onEvent: (event) => void (event.kind === 'run-progress' && event.name.startsWith('online') && event.run.checkpoints.length > 0 && controller.abort()) },
    });
    expect(Date.now() - began).toBeLessThan(15_000);
    expect(result.runs[0]?.status).toBe('lost');
  });

  it('stopRun stops one run; the study goes on with the others', async () => {
    const { plan, log } = await planned({ seeds: [1], steps: 400 });
    const [target] = [path.join(plan.directory, 'online-b0.1-s1')];
    await withSwitches({ FAKE_LOG: log, FAKE_STEP_MS: '5' }, async () => {
      const study = runExperiment(plan, { jobs: 2, trainerPath: FAKE_TRAINER, pollMs: 20 });
      await until(async () => (await readRun(target)).checkpoints.length > 0);
      expect(await stopRun(target, 5000)).toEqual({ stopped: [{ path: target, how: 'gently' }] });
      expect((await readRun(target)).status).toBe('stopped');
      const { runs } = await study;
      expect(runs.map(({ status }) => status)).toEqual(['stopped', 'finished']);
    });
    expect(await stopRun(target)).toEqual({ stopped: [] });
  });

  it('one process at a time carries an experiment out', async () => {
    const { plan } = await planned({ seeds: [1], steps: 100 });
    await withSwitches({ FAKE_STEP_MS: '5' }, async () => {
      const first = runExperiment(plan, { jobs: 2, trainerPath: FAKE_TRAINER });
      await until(async () => (await readExperimentManifest(plan.directory)).orchestrator !== undefined);
      await expect(runExperiment(plan, { trainerPath: FAKE_TRAINER })).rejects.toThrow(/carrying this experiment out already/);
      await first;
    });
  });

  it('also when several begin at the same moment', async () => {
    const { plan: { directory } } = await planned({ seeds: [1] });
    const before = await readdir(directory);
    for (let round = 0; round < 10; round += 1) {
      const tries = await Promise.allSettled(Array.from({ length: 4 }, () => ownExperiment(directory)));
      const entered = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(entered).toHaveLength(1);
      for (const one of tries) if (one.status === 'rejected') expect(String(one.reason)).toContain('carrying this experiment out already');
      await entered[0]?.();
    }
    expect(await readdir(directory)).toEqual(before);
  });
});
