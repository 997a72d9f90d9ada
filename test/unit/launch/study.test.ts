/** Several experiments in one queue, on the fake trainer; and plans that grow by seeds. */
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { estimatePlans, planExperiment, runPlans, type ExperimentPlan, type LaunchEvent } from '../../../src/launch';
import { livingOwner, ownExperiment } from '../../../src/launch/owner';
import { readExperimentManifest, readRun } from '../../../src/runlog';
import { FAKE_TRAINER, SMALL, temporaryFolder, trainerLog, withSwitches } from './support';
import type { ExperimentFile } from '../../../src/core/experiment/schema';

const planIn = (root: string, changes: Partial<ExperimentFile> = {}, mayGrow = true): Promise<ExperimentPlan> =>
  planExperiment({ file: path.join(root, 'made-up.alignment.json'), text: JSON.stringify({ ...SMALL, ...changes }), root, mayGrow });

const statuses = async ({ directory, runs }: ExperimentPlan): Promise<string[]> => (await Promise.all(runs.map(({ name }) => readRun(path.join(directory, name))))).map(({ status }) => status);

describe('a plan that may grow', () => {
  it('takes further seeds into the same directory, and leaves those alone that it is not asked for', async () => {
    const root = await temporaryFolder();
    const first = await planIn(root, { seeds: [1, 2] });
    const before = await readFile(path.join(first.directory, 'online-b0.1-s1', 'run.json'), 'utf8');
    const more = await planIn(root, { seeds: [1, 2, 3] });
    expect(more.directory).toBe(first.directory);
    expect(more.runs).toHaveLength(6);
    expect((await readExperimentManifest(first.directory)).runs).toHaveLength(6);
    expect(await readFile(path.join(first.directory, 'online-b0.1-s1', 'run.json'), 'utf8')).toBe(before);
    const fewer = await planIn(root, { seeds: [3] });
    expect(fewer.runs.map(({ name }) => name)).toEqual(['online-b0.1-s3', 'offline-b0.1-s3']);
    expect((await readExperimentManifest(first.directory)).runs).toHaveLength(6);
  });

  it('is another experiment when a run that both have differs, or when growing is not asked for', async () => {
    const root = await temporaryFolder();
    await planIn(root);
    expect((await planIn(root, { steps: 30 })).name).toBe('study-2');
    expect((await planIn(root, { seeds: [1, 2, 3] }, false)).name).toBe('study-3');
  });
});

describe('several experiments', () => {
  const run = async (options: { readonly signal?: AbortSignal; readonly switches?: Record<string, string> } = {}) => {
    const root = await temporaryFolder();
    const plans = [await planIn(root, { name: 'one' }), await planIn(root, { name: 'two', beta: [0.03] })];
    const events: string[] = [];
    const onEvent = (experiment: string, event: LaunchEvent): void => {
      if (event.kind === 'stage-started' || event.kind === 'stage-ended') events.push(`${event.kind === 'stage-started' ? '+' : '-'}${experiment}/${event.stage}`);
      if (event.kind === 'run-started' || event.kind === 'run-ended') events.push(`${event.kind === 'run-started' ? '+' : '-'}${experiment}/${event.name}`);
    };
    const log = path.join(root, 'log');
    await withSwitches({ FAKE_LOG: log, FAKE_STEP_MS: '5', ...options.switches }, () => runPlans(plans, { jobs: 2, trainerPath: FAKE_TRAINER, pollMs: 20, onEvent, ...(options.signal ? { signal: options.signal } : {}) }));
    return { root, plans, events, log };
  };

  it('share the places of one queue, and a stage of the second waits for the first’s', async () => {
    const { plans, events, log } = await run();
    for (const plan of plans) expect(await statuses(plan)).toEqual(Array(4).fill('finished'));
    const before = (first: string, second: string): void => { expect(events.indexOf(first), `${first} before ${second}`).toBeLessThan(events.indexOf(second)); };
    before('-one/data', '+two/data');
    before('-one/sft', '+two/sft');
    before('-two/golden-policy', '+two/online-b0.03-s1');
    let [now, most] = [0, 0];
    for (const line of await trainerLog(log)) most = Math.max(most, (now += line.startsWith('+') ? 1 : -1));
    expect(most).toBe(2);
    for (const { directory } of plans) expect((await readExperimentManifest(directory)).orchestrator).toBeUndefined();
  });

  it('a failure in one fails its own runs only, and says which stage', async () => {
    const { plans } = await run({ switches: { FAKE_FAIL: 'online-b0.1-s1@5' } });
    expect((await statuses(plans[0] as ExperimentPlan)).sort()).toEqual(['failed', 'finished', 'finished', 'finished']);
    expect(await statuses(plans[1] as ExperimentPlan)).toEqual(Array(4).fill('finished'));
  });

  it('stopped: nothing further begins, and every experiment is free again', async () => {
    const stop = new AbortController();
    const running = run({ signal: stop.signal, switches: { FAKE_STEP_MS: '40' } });
    await wait(600);
    stop.abort();
    const { plans } = await running;
    const all = (await Promise.all(plans.map(statuses))).flat();
    expect(all).not.toContain('running');
    expect(all).toContain('stopped');
    for (const { directory } of plans) expect(await livingOwner(directory)).toBeUndefined();
  });

  it('refused where another process is at one of them, and none is kept', async () => {
    const root = await temporaryFolder();
    const plans = [await planIn(root, { name: 'one' }), await planIn(root, { name: 'two' })];
    const release = await ownExperiment(plans[1]?.directory ?? '');
    await expect(runPlans(plans, { jobs: 2, trainerPath: FAKE_TRAINER })).rejects.toThrow('carrying this experiment out already');
    expect(await livingOwner(plans[0]?.directory ?? '')).toBeUndefined();
    await release();
  });

  it('cost what they cost together, stages that they share once, and nothing when all is done', async () => {
    const root = await temporaryFolder();
    const cache = { ALIGNMENT_GAP_CACHE: path.join(root, 'cache') };
    const options = { trainerPath: FAKE_TRAINER };
    const [one, two] = [await planIn(root, { name: 'one' }), await planIn(root, { name: 'two', beta: [0.03] })];
    const alone = await withSwitches(cache, () => estimatePlans([one], 2, options));
    const both = await withSwitches(cache, () => estimatePlans([one, two], 2, options));
    const seconds = (estimate: typeof both): number => (estimate?.estimate.stages ?? []).reduce((sum, stage) => sum + stage.seconds, 0);
    expect(seconds(both)).toBeCloseTo(seconds(alone), 6);
    expect(both?.estimate.runs).toHaveLength(8);
    expect(both?.estimate.runs[0]?.name).toBe('one/online-b0.1-s1');
    await runPlans([one], { jobs: 2, trainerPath: FAKE_TRAINER, pollMs: 20 });
    expect(await withSwitches(cache, () => estimatePlans([one], 2, options))).toBeUndefined();
    expect((await withSwitches(cache, () => estimatePlans([one, two], 2, options)))?.finished).toBe(4);
  });
});
