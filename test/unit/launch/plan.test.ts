import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ExperimentFileError, openPlan, planExperiment, VERSION } from '../../../src/launch';
import { experimentFile, SMALL, temporaryFolder } from './support';

const manifestOf = async (directory: string) => JSON.parse(await readFile(path.join(directory, 'run.json'), 'utf8')) as unknown;

describe('planning', () => {
  it('writes the experiment and a manifest for each run, resolved', async () => {
    const folder = await temporaryFolder();
    const plan = await planExperiment({ file: await experimentFile(folder), root: path.join(folder, 'runs') });
    expect(plan).toMatchObject({ name: 'study', isContinued: false, isWhole: true, notes: [] });
    expect((await readdir(plan.directory)).sort()).toEqual(['experiment.json', 'offline-b0.1-s1', 'offline-b0.1-s2', 'online-b0.1-s1', 'online-b0.1-s2']);
    expect(await manifestOf(path.join(plan.directory, 'offline-b0.1-s2'))).toMatchObject({
      format: 'alignment-gap/run-directory@1',
      id: 'study/offline-b0.1-s2',
      extensionVersion: VERSION,
      config: { arm: 'offline', sampling: 'offline', seed: 2, beta: 0.1, steps: 20, checkpointSteps: [0, 5, 10, 15, 20] },
    });
  });

  it('takes an editor\'s unsaved text in place of the file', async () => {
    const folder = await temporaryFolder();
    const plan = await planExperiment({ file: path.join(folder, 'unsaved.json'), text: JSON.stringify({ ...SMALL, name: 'unsaved' }), root: folder });
    expect(plan.name).toBe('unsaved');
  });

  it('goes on with the same experiment and moves aside for another one of the same name', async () => {
    const folder = await temporaryFolder();
    const file = await experimentFile(folder);
    const root = path.join(folder, 'runs');
    const first = await planExperiment({ file, root });
    const again = await planExperiment({ file, root });
    expect(again).toMatchObject({ directory: first.directory, isContinued: true });
    expect(again.notes.join()).toContain('unfinished runs go on');

    const other = await experimentFile(folder, { steps: 30 });
    const second = await planExperiment({ file: other, root });
    expect(second).toMatchObject({ name: 'study-2', isContinued: false });
    expect(second.notes.join()).toContain('left as it is');
    expect(await manifestOf(path.join(second.directory, 'online-b0.1-s1'))).toMatchObject({ id: 'study-2/online-b0.1-s1', config: { experiment: 'study-2' } });
    expect(await planExperiment({ file: other, root })).toMatchObject({ name: 'study-2', isContinued: true });
    expect(await manifestOf(path.join(first.directory, 'online-b0.1-s1'))).toMatchObject({ config: { steps: 20 } });
  });

  it('never writes into a folder that is not an experiment of ours', async () => {
    const folder = await temporaryFolder();
    const file = await experimentFile(folder, { name: path.basename(folder) });
    const plan = await planExperiment({ file, root: path.dirname(folder) });
    expect(plan.name).toBe(`${path.basename(folder)}-2`);
    expect(await readdir(folder)).toEqual(['study.alignment.json']);
  });

  it('opens what it planned, whole or in part', async () => {
    const folder = await temporaryFolder();
    const plan = await planExperiment({ file: await experimentFile(folder), root: folder });
    expect((await openPlan(plan.directory)).runs).toEqual(plan.runs);
    const part = await openPlan(plan.directory, ['online-b0.1-s2']);
    expect(part).toMatchObject({ isWhole: false, runs: [{ name: 'online-b0.1-s2' }] });
  });
});

describe('the default study', () => {
  it('compares the two arms at equal settings, with at least three seeds each', async () => {
    const plan = await planExperiment({ file: 'media/templates/online-vs-offline.alignment.json', root: await temporaryFolder() });
    const configs = plan.runs.map(({ config }) => config);
    expect(new Set(configs.map(({ sampling }) => sampling))).toEqual(new Set(['online', 'offline']));
    const settings = (sampling: string) => configs.filter((config) => config.sampling === sampling).map(({ beta, learningRate, seed, steps, klBudget }) => ({ beta, learningRate, seed, steps, klBudget }));
    expect(new Set(settings('online').map(({ seed }) => seed)).size).toBeGreaterThanOrEqual(3);
    // More settings for one arm than for the other would favour it: both must cover the same seeds and budget.
    expect(new Set(settings('online').map(({ seed, klBudget }) => `${seed} ${klBudget}`))).toEqual(new Set(settings('offline').map(({ seed, klBudget }) => `${seed} ${klBudget}`)));
  });
});

describe('planning what cannot be planned', () => {
  it('names line and column of each problem', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'broken.alignment.json');
    await writeFile(file, '{\n  "name": "x",\n  "task": "summarisation",\n  "arms": [{ "name": "a", "sampling": "onlin" }],\n  "betta": [0.1]\n}');
    const error = await planExperiment({ file, root: folder }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ExperimentFileError);
    expect((error as ExperimentFileError).problems.map(({ line }) => line)).toEqual([4, 5]);
    expect((error as Error).message).toContain(`${file}:4:`);
    expect(await readdir(folder)).toEqual(['broken.alignment.json']);
  });

  it.each([
    { name: 'a missing file', prepare: (folder: string) => Promise.resolve(path.join(folder, 'none.json')), message: /experiment file cannot be read.*ENOENT/ },
    { name: 'missing pairs', prepare: (folder: string) => experimentFile(folder, { task: { pairs: 'gone.jsonl' } }), message: /preference pairs cannot be read.*gone\.jsonl/ },
  ])('$name: cause, place and next step', async ({ prepare, message }) => {
    const folder = await temporaryFolder();
    const error = await planExperiment({ file: await prepare(folder), root: folder }).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'LaunchError', message: expect.stringMatching(message) as string, place: expect.stringContaining(folder) as string });
    expect((error as { next: string }).next).not.toBe('');
  });

  it('a root that is a file', async () => {
    const folder = await temporaryFolder();
    const file = await experimentFile(folder);
    await expect(planExperiment({ file, root: file })).rejects.toThrow(/directory cannot be written/);
  });
});
