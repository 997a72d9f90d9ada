/** MLflow's two stores, written as MLflow writes them and read back the same. */
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { Database } from 'node-sqlite3-wasm';
import { describe, expect, it } from 'vitest';
import { detect, follow, importLog } from '../../../../src/importers';
import { readMetricLine } from '../../../../src/importers/mlflow/raw';
import { temporaryFolder } from '../../runlog/support';
import { needsLogs } from '../support/sharedLogs';
import { metricLine, writeDatabase, writeFileStore, type WrittenRun } from '../support/mlflowWriter';

const T = 1_700_000_000_000;
const RUNS: WrittenRun[] = [
  { id: 'a1', name: 'sweep', params: { beta: '0.1', loss_type: 'ipo', hf_token: 'hf_x', betas: '[0.9, 0.99]' } },
  {
    id: 'b2', name: 'child', status: 4, tags: { 'mlflow.parentRunId': 'a1' }, params: { beta: '0.2', seed: '5' },
    metrics: { 'rewards/accuracies': [[T, 0.5, 1], [T + 1000, 0.75, 2]], 'rewards/margins': [[T, 1, 1], [T + 1000, NaN, 2]], 'eval_rewards/accuracies': [[T + 1000, 0.625, 2]], up: [[T, Infinity, 1]] },
  },
  { id: 'c3', name: 'live', status: 1, metrics: { loss: [[T, 1, 0]] } },
  { id: 'd4', name: 'gone', lifecycle: 'deleted', metrics: { loss: [[T, 1, 0]] } },
];

const STORES: [string, (root: string) => string][] = [
  ['files', (root) => { writeFileStore(path.join(root, 'mlruns'), 'study', RUNS); return root; }],
  ['SQLite', (root) => { writeDatabase(path.join(root, 'mlflow.db'), 'study', RUNS); return root; }],
];

describe.each(STORES)('the store of %s', (_, write) => {
  it('yields every run that was not deleted, nested ones below their parent', async () => {
    const runs = await importLog(write(temporaryFolder()));
    expect(runs.map(({ source, experiment, name }) => [source, experiment, name])).toEqual([['mlflow', 'study', 'sweep'], ['mlflow', 'study', 'sweep/child'], ['mlflow', 'study', 'live']]);
  });

  it('yields numbers, settings and the end of a run', async () => {
    const run = (await importLog(write(temporaryFolder()))).find(({ name }) => name === 'sweep/child')!;
    expect(run).toMatchObject({ status: 'failed', beta: 0.2, seed: 5, objective: 'dpo', sampling: 'offline', createdAt: '2023-11-14T22:13:20.000Z', endedAt: '2023-11-14T22:13:21.000Z' });
    expect(run.checkpoints.map(({ step, raw }) => [step, raw])).toEqual([
      [1, { 'rewards/accuracies': 0.5, 'rewards/margins': 1, up: Infinity }],
      [2, { 'rewards/accuracies': 0.75, 'rewards/margins': NaN, 'eval_rewards/accuracies': 0.625 }],
    ]);
    expect(run.checkpoints[1]!.metrics.policyAccuracy?.value).toBe(0.625);
  });

  it('reads parameters as what they say, secrets left out', async () => {
    const run = (await importLog(write(temporaryFolder()))).find(({ name }) => name === 'sweep')!;
    expect(run.config).toEqual({ beta: 0.1, loss_type: 'ipo', hf_token: '(removed)', betas: [0.9, 0.99] });
  });
});

describe('lines of a metric', () => {
  it.each([
    ['1664364007310 0.78 3', { time: 1664364007.31, value: 0.78, step: 3 }],
    ['1 nan 0', { time: 0.001, value: NaN, step: 0 }],
    ['1 -inf 0', { time: 0.001, value: -Infinity, step: 0 }],
    ['1 1e-05 7 dataset digest', { time: 0.001, value: 1e-5, step: 7 }],
    ['1 2', { time: 0.001, value: 2, step: 0 }],
    ['1 NaN 2', { time: 0.001, value: NaN, step: 2 }],
    ['1 constructor 2', undefined], ['nan 1 2', undefined],
    ['1', undefined], ['', undefined], ['a b c', undefined], ['1 0x10 2', undefined], ['1 2 1e3', undefined],
  ])('%j', (line, expected) => expect(readMetricLine(line)).toEqual(expected));

  it('come back as MLflow writes them', () => {
    fc.assert(fc.property(fc.nat(2e12), fc.double(), fc.integer({ min: -5, max: 1e9 }), (time, value, step) => {
      const back = readMetricLine(metricLine([time, value, step]))!;
      expect([back.time, back.value + 0, back.step]).toEqual([time / 1000, value + 0, step]);
    }));
  });
});

describe('a run in files that is being written', () => {
  it('is followed from the last whole line', async () => {
    const root = temporaryFolder();
    writeFileStore(path.join(root, 'mlruns'), 'study', [RUNS[2]!]);
    const folder = path.join(root, 'mlruns', '7', 'c3');
    const log = follow(folder);
    expect((await log.refresh())[0]).toMatchObject({ status: 'running' });
    expect(await log.refresh()).toEqual([]);
    appendFileSync(path.join(folder, 'metrics', 'loss'), `${T} 0.5 1\n${T} 0.2`);
    expect((await log.refresh())[0]!.checkpoints.map(({ step }) => step)).toEqual([0, 1]);
    appendFileSync(path.join(folder, 'metrics', 'loss'), '5 2\nbroken line\n');
    mkdirSync(path.join(folder, 'metrics', 'eval'));
    writeFileSync(path.join(folder, 'metrics', 'eval', 'loss'), `${T} 2 2\n`);
    const [run] = await log.refresh();
    expect(run!.checkpoints.at(-1)).toMatchObject({ step: 2, raw: { loss: 0.25, 'eval/loss': 2 } });
    expect(run!.warnings).toContainEqual(expect.objectContaining({ code: 'bad-line', at: 'metrics/loss:4' }));
    writeFileSync(path.join(folder, 'metrics', 'loss'), `${T} 9 5\n`);
    expect((await log.refresh())[0]!.checkpoints.map(({ step }) => step)).toEqual([2, 5]);
  });

  it('does not leave its folder for a parent named as a path', async () => {
    const root = temporaryFolder();
    writeFileStore(path.join(root, 'mlruns'), 'study', [{ ...RUNS[2]!, tags: { 'mlflow.parentRunId': '../../../etc' } }]);
    expect((await importLog(root))[0]!.name).toBe('live');
  });

  it('says so when meta.yaml is too large to be one', async () => {
    const root = temporaryFolder();
    writeFileStore(path.join(root, 'mlruns'), 'study', [RUNS[1]!]);
    const folder = path.join(root, 'mlruns', '7', 'b2');
    writeFileSync(path.join(folder, 'meta.yaml'), `run_id: b2\n#${'-'.repeat(70_000)}`);
    const [run] = await importLog(folder);
    expect(run!.checkpoints).toHaveLength(2);
    expect(run!.warnings).toContainEqual(expect.objectContaining({ code: 'unreadable-file', at: 'meta.yaml' }));
  });
});

describe('a database', () => {
  const made = (): string => {
    const file = path.join(temporaryFolder(), 'tracking.sqlite');
    writeDatabase(file, 'study', RUNS);
    return file;
  };

  it('is known by its tables, not by its name', async () => {
    expect((await detect(made()))[0]).toMatchObject({ source: 'mlflow', confidence: 1 });
    const other = path.join(temporaryFolder(), 'other.db');
    const database = new Database(other);
    database.exec('CREATE TABLE songs (name TEXT)');
    database.close();
    expect(await detect(other)).toEqual([]);
  });

  it('is never written to, and read anew when it changed', async () => {
    const file = made();
    const before = readFileSync(file);
    const log = follow(file);
    expect(await log.refresh()).toHaveLength(3);
    expect(await log.refresh()).toEqual([]);
    expect(readFileSync(file).equals(before)).toBe(true);
    const database = new Database(file);
    database.run('INSERT INTO metrics VALUES (?, ?, ?, ?, ?, 0)', ['loss', 0.5, T, 'c3', 1]);
    database.close();
    expect((await log.refresh()).find(({ name }) => name === 'live')!.checkpoints).toHaveLength(2);
  });

  it.each([
    ['a view in a table\'s place', 'DROP TABLE metrics; CREATE VIEW metrics AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n', 'no table metrics'],
    ['a table that is missing', 'DROP TABLE params', 'no table params'],
  ])('is refused with %s', async (_, sql, message) => {
    const file = made();
    const database = new Database(file);
    database.exec(sql);
    database.close();
    await expect(importLog(file)).rejects.toThrow(message);
  });

  it('that is no database any more, is told', async () => {
    const file = made();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0xab, 200, bytes.length));
    await expect(importLog(file, { source: 'mlflow' })).rejects.toThrow(/database/);
  });

  it('copied without its write-ahead log, asks for it', async () => {
    const file = made();
    const database = new Database(file);
    database.exec('DELETE FROM runs');
    database.close();
    const bytes = readFileSync(file);
    bytes.writeUInt16BE(0x0202, 18); // as a database in write-ahead mode is marked
    writeFileSync(file, bytes);
    await expect(importLog(file)).rejects.toThrow('without its write-ahead log');
    rmSync(file);
  });
});

it('reads a real run of others', async (context) => {
  const runs = await importLog(path.join(needsLogs(context), '10tanmay100-DEEPCNNCLASSIFIER', 'mlruns'));
  expect(runs).toHaveLength(1);
  expect(runs[0]!.checkpoints.map(({ step, raw }) => [step, raw])).toEqual([[0, { accuracy: 0.7858095765113831, loss: 3.2727866172790527 }]]);
  expect(runs[0]).toMatchObject({ source: 'mlflow', experiment: 'Default', config: { EPOCHS: 1, LEARNING_RATE: 0.01, WEIGHTS: 'imagenet' }, createdAt: '2022-09-28T11:20:07.025Z' });
});
