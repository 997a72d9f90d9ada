import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRunDirectories, isAlive, LiveRun, processIdentity, readExperimentManifest, readRun, RunWriter } from '../../../src/runlog';
import { checkpoint, manifest, started, temporaryFolder, TIME } from './support';

async function plannedRun(root = temporaryFolder(), experiment = 'study', name = 'run'): Promise<string> {
  const directory = path.join(root, experiment, name);
  (await RunWriter.create(directory, manifest(name))).close();
  return directory;
}

function writeExperiment(runDirectory: string, orchestrator?: object): void {
  const value = { format: 'alignment-gap/experiment-directory@1', name: 'study', runs: ['run'], createdAt: TIME, orchestrator };
  writeFileSync(path.join(path.dirname(runDirectory), 'experiment.json'), JSON.stringify(value));
}

const append = (directory: string, ...events: object[]): void => {
  appendFileSync(path.join(directory, 'metrics.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
};

describe('LiveRun', () => {
  it('goes from queued to running to finished, and is the same object while nothing changes', async () => {
    const directory = await plannedRun();
    writeExperiment(directory, processIdentity());
    const live = new LiveRun(directory);
    expect((await live.refresh()).status).toBe('queued');
    append(directory, started(processIdentity()), { event: 'progress', time: TIME, step: 3, loss: 1, margin: 0 });
    const running = await live.refresh();
    expect(running).toMatchObject({ status: 'running', progress: { step: 3, steps: 100 } });
    expect(await live.refresh()).toBe(running);
    append(directory, checkpoint(50), { event: 'finished', time: TIME });
    expect(await live.refresh()).toMatchObject({ status: 'finished', progress: { step: 100, steps: 100 }, checkpoints: [{ step: 50 }] });
  });

  it('equals one whole reading at every step', async () => {
    const directory = await plannedRun();
    const live = new LiveRun(directory);
    const progress = (step: number) => ({ event: 'progress', time: TIME, step, loss: 1, margin: 0 });
    for (const events of [[started()], [progress(1), progress(2)], [progress(3), checkpoint(10)], [started({ fromStep: 0 })], [checkpoint(10, 0.9), progress(11)]]) {
      append(directory, ...events);
      expect(await live.refresh()).toEqual(await readRun(directory));
    }
    expect((await live.refresh()).checkpoints[0]?.metrics.winRate?.value).toBe(0.9);
  });

  it('is stopped while nobody will begin it, and lost once its process is gone', async () => {
    const directory = await plannedRun();
    expect((await readRun(directory)).status).toBe('stopped');
    writeExperiment(directory, { ...started() });
    expect((await readRun(directory)).status).toBe('stopped');
    append(directory, started());
    expect((await readRun(directory)).status).toBe('lost');
  });

  it('forgets what a replaced log had said', async () => {
    const directory = await plannedRun();
    append(directory, started(), checkpoint(10), checkpoint(20));
    const live = new LiveRun(directory);
    expect((await live.refresh()).checkpoints).toHaveLength(2);
    writeFileSync(path.join(directory, 'metrics.jsonl'), `${JSON.stringify(checkpoint(30))}\n`);
    expect((await live.refresh()).checkpoints.map(({ step }) => step)).toEqual([30]);
  });

  it('turns lines it cannot use into warnings with file and line', async () => {
    const directory = await plannedRun();
    append(directory, started(), { event: 'dance' }, { event: 'checkpoint', time: TIME, step: 5, metrics: { winRate: { value: null }, novel: { value: 2 }, kl: { value: 1 } } });
    appendFileSync(path.join(directory, 'metrics.jsonl'), 'garbage\n');
    const run = await readRun(directory);
    expect(run.warnings).toEqual([
      { code: 'log-line', at: 'metrics.jsonl:2', message: 'unknown event "dance"' },
      { code: 'log-line', at: 'metrics.jsonl:3', message: 'metric "winRate" at step 5 has no finite value and is left out' },
      { code: 'log-line', at: 'metrics.jsonl:3', message: 'unknown metric "novel" is kept as a raw number only' },
      { code: 'log-line', at: 'metrics.jsonl:4', message: 'not valid JSON: garbage' },
    ]);
    expect(run.checkpoints[0]).toMatchObject({ raw: { novel: 2, kl: 1 }, metrics: { kl: { value: 1 } } });
    expect(run.checkpoints[0]?.metrics.winRate).toBeUndefined();
  });

  it('says how many warnings it does not list', async () => {
    const directory = await plannedRun();
    appendFileSync(path.join(directory, 'metrics.jsonl'), 'x\n'.repeat(250));
    const { warnings } = await readRun(directory);
    expect(warnings).toHaveLength(101);
    expect(warnings.at(-1)?.message).toBe('150 more lines with problems are not listed');
  });

  it.each([
    ['no JSON', '{', /not.*JSON|Expected/i],
    ['another format', '{"format":"other"}', /expected "alignment-gap\/run-directory@1", found "other"/],
    ['no config', '{"format":"alignment-gap/run-directory@1","id":"a","name":"b","experiment":"c"}', /Missing or wrong: config/],
  ])('explains a manifest that is %s', async (_, text, message) => {
    const directory = temporaryFolder();
    writeFileSync(path.join(directory, 'run.json'), text);
    await expect(readRun(directory)).rejects.toThrow(message);
  });

  it('recovers once a broken manifest is restored', async () => {
    const directory = await plannedRun();
    const live = new LiveRun(directory);
    writeFileSync(path.join(directory, 'run.json'), '{');
    await expect(live.refresh()).rejects.toThrow();
    (await RunWriter.create(directory, manifest())).close();
    expect((await live.refresh()).name).toBe('online-b0.1-s1');
  });

  it('reads an experiment manifest', async () => {
    const directory = await plannedRun();
    writeExperiment(directory);
    expect((await readExperimentManifest(path.dirname(directory))).runs).toEqual(['run']);
    await expect(readExperimentManifest(directory)).rejects.toThrow(/experiment\.json/);
  });
});

describe('isAlive', () => {
  it('knows this process', () => {
    expect(isAlive(processIdentity())).toBe(true);
  });

  it('is not misled by a pid given to another process', (ctx) => {
    const identity = processIdentity();
    if (identity.startTicks === undefined) {
      console.warn('No /proc on this machine: a reused pid cannot be told.');
      ctx.skip('no /proc');
    }
    expect(isAlive({ ...identity, startTicks: '1' })).toBe(false);
  });

  it('sees a child killed, before and after it is waited for', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const identity = processIdentity(child.pid);
    expect(isAlive(identity)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(identity)).toBe(false);
  });

  it.each([0, -1, 1.5, 2 ** 30])('pid %d is nobody', (pid) => {
    expect(isAlive({ ...processIdentity(), pid, startTicks: undefined })).toBe(false);
  });

  it('believes another host for two minutes', async () => {
    const elsewhere = { pid: 1, host: 'another-host.example' };
    expect(isAlive(elsewhere)).toBe(true);
    expect(isAlive(elsewhere, Date.now() - 1000)).toBe(true);
    expect(isAlive(elsewhere, Date.now() - 121_000)).toBe(false);
    const directory = await plannedRun();
    append(directory, started(elsewhere));
    expect((await readRun(directory)).status).toBe('running');
    const past = new Date(Date.now() - 600_000);
    utimesSync(path.join(directory, 'metrics.jsonl'), past, past);
    expect((await readRun(directory)).status).toBe('lost');
  });
});

describe('an experiment carried out on another host', () => {
  it('is waited for while anything is written, then no more', async () => {
    const directory = await plannedRun();
    writeExperiment(directory, { pid: 1, host: 'another-host.example' });
    const live = new LiveRun(directory);
    expect((await live.refresh()).status).toBe('queued');
    const past = new Date(Date.now() - 600_000);
    const experiment = path.dirname(directory);
    const stages = path.join(experiment, 'stages.jsonl');
    writeFileSync(stages, '');
    for (const file of [path.join(experiment, 'experiment.json'), path.join(directory, 'metrics.jsonl')]) utimesSync(file, past, past);
    expect((await live.refresh()).status).toBe('queued');
    utimesSync(stages, past, past);
    expect((await live.refresh()).status).toBe('stopped');
  });
});

describe('findRunDirectories', () => {
  it('finds runs from a root, an experiment or a run, in natural order', async () => {
    const root = temporaryFolder();
    for (const name of ['s10', 's2']) await plannedRun(root, 'study', name);
    await plannedRun(root, 'another', 's1');
    mkdirSync(path.join(root, '.artifacts', 'abc'), { recursive: true });
    writeFileSync(path.join(root, '.artifacts', 'abc', 'run.json'), '{}');
    writeFileSync(path.join(root, 'notes.txt'), '');
    const relative = async (from: string) => (await findRunDirectories(path.join(root, from))).map((found) => path.relative(root, found));
    expect(await relative('.')).toEqual(['another/s1', 'study/s2', 'study/s10'].map((name) => path.normalize(name)));
    expect(await relative('study')).toEqual(['study/s2', 'study/s10'].map((name) => path.normalize(name)));
    expect(await relative('study/s2')).toEqual(['study/s2'].map((name) => path.normalize(name)));
    expect(await relative('.artifacts/..')).toHaveLength(3);
    expect(await findRunDirectories(temporaryFolder())).toEqual([]);
  });

  it('follows links and passes over dangling ones', async () => {
    const [root, other] = [temporaryFolder(), temporaryFolder()];
    await plannedRun(other, 'study', 's1');
    symlinkSync(path.join(other, 'study'), path.join(root, 'linked'));
    symlinkSync(path.join(root, 'nowhere'), path.join(root, 'dangling'));
    expect(await findRunDirectories(root)).toEqual([path.join(root, 'linked', 's1')]);
  });

  it('names what is not there', async () => {
    const missing = path.join(temporaryFolder(), 'missing');
    await expect(findRunDirectories(missing)).rejects.toThrow(/Could not look for runs: it does not exist \(.*missing\)\. Check the path\./);
  });

  it('names a folder that may not be read', async (ctx) => {
    if (process.getuid?.() === 0) {
      console.warn('Unreadable folders are not tested: root may read everything.');
      ctx.skip('root may read everything');
    }
    const root = temporaryFolder();
    const run = await plannedRun(root, 'study', 's1');
    const secret = path.join(root, 'secret');
    mkdirSync(secret, { mode: 0o000 });
    const problems: string[] = [];
    await expect(findRunDirectories(root)).rejects.toThrow(/permission is denied .*secret/);
    expect(await findRunDirectories(root, (error) => problems.push(error.path))).toEqual([run]);
    expect(problems).toEqual([secret]);
    chmodSync(secret, 0o700);
    rmSync(secret, { recursive: true });
  });
});
