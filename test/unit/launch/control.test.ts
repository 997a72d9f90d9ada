import { readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { codeCommit } from '../../../src/launch/commit';
import { logTail } from '../../../src/launch/child';
import { planExperiment, resumePlan, runExperiment, startDetached, stopRun } from '../../../src/launch';
import { isAlive, processIdentity, readExperimentManifest, readRun } from '../../../src/runlog';
import { experimentFile, FAKE_TRAINER, temporaryFolder, withSwitches } from './support';

async function planned() {
  const folder = await temporaryFolder();
  return planExperiment({ file: await experimentFile(folder, { seeds: [1] }), root: path.join(folder, 'runs') });
}

/** As if the experiment had been carried out elsewhere. */
async function ownedBy(directory: string, orchestrator: object): Promise<void> {
  const manifest = await readExperimentManifest(directory);
  await writeFile(path.join(directory, 'experiment.json'), JSON.stringify({ ...manifest, orchestrator }));
}

describe('processes of another machine', () => {
  const elsewhere = { pid: 1, host: 'another-host.invalid' };

  it('are not signalled while they give signs of life: the user is told where to go', async () => {
    const plan = await planned();
    await ownedBy(plan.directory, elsewhere);
    await expect(stopRun(plan.directory)).rejects.toMatchObject({ message: expect.stringContaining('another-host.invalid') as string, next: expect.stringContaining('ssh another-host.invalid') as string });
    await expect(runExperiment(plan, { trainerPath: FAKE_TRAINER })).rejects.toThrow(/on another-host\.invalid is carrying/);
  });

  it('long silent, they hold nothing up', async () => {
    const plan = await planned();
    await ownedBy(plan.directory, elsewhere);
    await utimes(path.join(plan.directory, 'experiment.json'), 1, 1);
    expect(await stopRun(plan.directory)).toEqual({ stopped: [] });
    expect((await runExperiment(plan, { trainerPath: FAKE_TRAINER })).isComplete).toBe(true);
  });

  it('a finished run copied from there is not taken for a running one', async () => {
    const plan = await planned();
    const run = path.join(plan.directory, 'online-b0.1-s1');
    const time = new Date().toISOString();
    await writeFile(path.join(run, 'metrics.jsonl'), `${[{ event: 'started', time, ...elsewhere, fromStep: 0 }, { event: 'finished', time }].map((event) => JSON.stringify(event)).join('\n')}\n`);
    expect(await stopRun(run)).toEqual({ stopped: [] });
  });
});

describe('resuming', () => {
  it('one run is a part, an experiment the whole', async () => {
    const plan = await planned();
    expect(await resumePlan(plan.directory)).toMatchObject({ isWhole: true, runs: [{}, {}] });
    expect(await resumePlan(path.join(plan.directory, 'offline-b0.1-s1'))).toMatchObject({ isWhole: false, runs: [{ name: 'offline-b0.1-s1' }] });
    await expect(resumePlan(path.join(plan.directory, 'nothing'))).rejects.toThrow(/neither a run nor an experiment/);
    await expect(resumePlan(path.dirname(plan.directory))).rejects.toThrow(/neither a run nor an experiment/);
  });
});

describe('detached', () => {
  it('outlives nothing but is alone: its own process, its output in a file, its pid known', async () => {
    const folder = await temporaryFolder();
    const script = path.join(folder, 'cli.js');
    await writeFile(script, 'console.log(process.argv.slice(2).join(" "), process.env.ELECTRON_RUN_AS_NODE); setTimeout(() => {}, 400);');
    const log = path.join(folder, 'logs', 'launch.log');
    const pid = await startDetached(['run', 'a b'], { cliPath: script, cwd: folder, log });
    const identity = processIdentity(pid);
    expect(isAlive(identity)).toBe(true);
    for (let i = 0; i < 100 && isAlive(identity); i += 1) await wait(50);
    expect(isAlive(identity)).toBe(false);
    expect(await readFile(log, 'utf8')).toBe('run a b 1\n');
  });

  it('says what to do when it cannot start', async () => {
    const folder = await temporaryFolder();
    await expect(startDetached([], { cliPath: 'x', cwd: path.join(folder, 'none'), log: path.join(folder, 'log') })).rejects.toMatchObject({ name: 'LaunchError', next: expect.stringContaining('build') as string });
  });
});

describe('small things', () => {
  it('the commit is told where git tells it, and is no error elsewhere', async () => {
    expect(await codeCommit(path.join('/', 'nowhere'))).toBeUndefined();
    const here = await codeCommit('.');
    if (here === undefined) console.warn('No git here: only its absence was checked.');
    else expect(here).toMatch(/^[0-9a-f]{40,64}(-dirty)?$/);
  });

  it('the tail of a log is short, and empty when there is none', async () => {
    const folder = await temporaryFolder();
    const log = path.join(folder, 'log');
    expect(await logTail(log)).toEqual([]);
    await writeFile(log, `${'x'.repeat(20_000)}\n\none\r\ntwo\n`);
    expect(await logTail(log, 2)).toEqual(['one', 'two']);
  });

  it('switches of the fake trainer do not leak from one test to another', async () => {
    await withSwitches({ FAKE_LOG: 'x' }, () => Promise.resolve());
    expect(process.env.FAKE_LOG).toBeUndefined();
    const plan = await planned();
    expect((await readRun(path.join(plan.directory, 'online-b0.1-s1'))).status).toBe('stopped');
  });
});
