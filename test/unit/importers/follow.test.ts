/** What holds for logs of every format: a run without a word of its end has ended once nobody writes to it; evaluations beside it are joined. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { follow, importLog, type ForeignSource } from '../../../src/importers';
import { temporaryFolder } from '../runlog/support';
import { eventFile, scalars } from './support/eventWriter';
import { writeFileStore } from './support/mlflowWriter';
import { wandbFile } from './support/wandbWriter';

const put = (file: string, bytes: string | Uint8Array): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
};

const FOLDERS: readonly [string, (root: string) => void][] = [
  ['trl', (root) => put(path.join(root, 'checkpoint-2/trainer_state.json'), '{"global_step": 2, "log_history": [{"loss": 1, "step": 2}]}')],
  ['llamafactory', (root) => put(path.join(root, 'trainer_log.jsonl'), '{"current_steps": 2, "loss": 1}\n')],
  ['tensorboard', (root) => put(path.join(root, 'events.out.tfevents.1700000000.host'), eventFile(scalars('loss', [[2, 1]])))],
  ['wandb', (root) => put(path.join(root, 'run-a1.wandb'), wandbFile([{ history: { loss: 1, 'train/global_step': 2 } }]))],
  ['mlflow', (root) => writeFileStore(path.resolve(root, '../..'), 'study', [{ id: path.basename(root), status: 1, metrics: { loss: [[1_700_000_000_000, 1, 2]] } }])],
];
const LOGS: typeof FOLDERS = [...FOLDERS, ['jsonl', (root) => put(path.join(root, 'metrics.jsonl'), '{"step": 2, "loss": 1}\n')]];

describe('a log that is no longer written to', () => {
  afterEach(() => void vi.useRealTimers());

  it.each(LOGS)('of %s: its run has ended, and that is told once', async (source, write) => {
    const root = path.join(temporaryFolder(), '7', 'a1');
    write(root);
    const log = follow(root);
    expect((await log.refresh()).map((run) => [run.source, run.status])).toEqual([[source, 'running']]);
    expect(await log.refresh()).toEqual([]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 16 * 60_000 });
    expect((await log.refresh()).map(({ status }) => status)).toEqual(['finished']);
    expect(await log.refresh()).toEqual([]);
  });
});

describe('evaluations in our own form in the folder of a log', () => {
  const EVALUATION = '{"event": "checkpoint", "step": 2, "metrics": {"kl": {"value": 3.2, "estimator": "k1"}, "winRate": {"value": 0.61, "n": 200}}}\n';

  it.each(FOLDERS)('of %s are joined to its run by step, and are no log of their own', async (source, write) => {
    const root = path.join(temporaryFolder(), '7', 'a1');
    write(root);
    put(path.join(root, 'metrics.jsonl'), EVALUATION);
    const runs = await importLog(path.dirname(root));
    expect(runs.map((run) => [run.source, run.checkpoints.map(({ step, metrics }) => [step, metrics.kl?.value, metrics.winRate?.value])])).toEqual([[source, [[2, 3.2, 0.61]]]]);
  });
});

describe('what the user says a log is', () => {
  const trl = '{"global_step": 2, "log_history": [{"loss": 1, "step": 2}]}';
  const write = (): string => {
    const root = temporaryFolder();
    put(path.join(root, 'a', 'trainer_state.json'), trl);
    put(path.join(root, 'a', 'trainer_log.jsonl'), '{"current_steps": 2, "loss": 1}\n');
    put(path.join(root, 'b', 'metrics.jsonl'), '{"step": 2, "loss": 1}\n');
    return root;
  };
  const sourcesOf = async (root: string, sources: Record<string, ForeignSource>): Promise<string[]> => {
    const log = follow(root, { sources });
    await log.refresh();
    return log.detections.map(([chosen]) => `${chosen?.source ?? ''} of ${path.basename(chosen?.path ?? '')}`);
  };

  it('goes before what was detected, of that log alone', async () => {
    const root = write();
    const [first, second] = await sourcesOf(root, {});
    expect([first, second]).toEqual(['llamafactory of a', 'jsonl of metrics.jsonl']);
    expect(await sourcesOf(root, { [path.join(root, 'a')]: 'trl' })).toEqual(['trl of a', second]);
    expect(await sourcesOf(root, { [path.join(root, 'b', 'metrics.jsonl')]: 'verl' })).toEqual([first, 'verl of metrics.jsonl']);
  });

  it('counts also where nothing speaks for it, and the others stay candidates', async () => {
    const root = write();
    const log = follow(root, { sources: { [path.join(root, 'a')]: 'wandb' } });
    await log.refresh();
    expect(log.detections[0]?.map(({ source }) => source).sort()).toEqual(['jsonl', 'llamafactory', 'trl', 'wandb']);
    expect(log.detections[0]?.[0]?.source).toBe('wandb');
    expect(log.detections[0]?.[0]?.reason).toBe('it was said to be that');
    expect(log.problems).toHaveLength(1);
    expect(log.runs.map(({ source }) => source)).toEqual(['jsonl']);
  });
});

it('rows can be left out before checkpoints are made of them', async () => {
  const root = temporaryFolder();
  put(path.join(root, 'metrics.jsonl'), '{"step": 1, "loss": 3}\n{"step": 2, "loss": 2}\n');
  const log = follow(root, { prepare: (logs) => logs.map((one) => ({ ...one, rows: one.rows.slice(1) })) });
  expect((await log.refresh()).map(({ checkpoints }) => checkpoints.map(({ step }) => step))).toEqual([[2]]);
});
