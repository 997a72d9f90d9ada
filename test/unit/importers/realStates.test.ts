/** Logs of LLaMA-Factory read as plain JSON lines, first and last row, number by number; and each store as runs. */
import { cpSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { importLog, readLogs } from '../../../src/importers';
import { expectedOf, needsLogs, sharedFolder } from './support/sharedLogs';

type Row = Readonly<Record<string, unknown>>;
interface ExpectedLines {
  readonly parsed: number;
  readonly unparsed: number;
  readonly first: Row;
  readonly last: Row;
}

/** NaN and infinities are texts in EXPECTED.json, where they are there at all. */
const finite = (row: Row, without: string): [string, number][] =>
  Object.entries(row).flatMap(([key, value]): [string, number][] => (typeof value === 'number' && key !== without ? [[key, value]] : []));

/** A copy of a log whose files are as old as is said, removed after the test. */
function copyWrittenAt(log: string, writtenAt: Date): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'alignment-gap-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(log, folder, { recursive: true });
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) utimesSync(path.join(folder, file), writtenAt, writtenAt);
  return folder;
}

describe('shared/data/logs', () => {
  const root = sharedFolder('logs') ?? '';

  test('is there', (context) => {
    needsLogs(context);
    expect(expectedOf('logs', /\.jsonl$/).length).toBeGreaterThan(2);
  });

  it.each(expectedOf<ExpectedLines>('logs', /\.jsonl$/))('%s', async (file, { parsed, unparsed, first, last }) => {
    const [run] = await importLog(path.join(root, file), { source: 'jsonl' });
    expect(run!.checkpoints.length).toBeLessThanOrEqual(parsed);
    expect(run!.warnings.filter(({ code }) => code === 'unfinished' || code === 'log-line')).toHaveLength(unparsed);
    for (const row of [first, last]) {
      const raw = run!.checkpoints.find(({ step }) => step === row.current_steps)?.raw;
      for (const [key, value] of finite(row, 'current_steps')) expect(raw?.[key], key).toBe(value);
    }
  });
});

describe('stores', () => {
  it('reads W&B\'s offline run to its end', async (context) => {
    const [run] = await importLog(path.join(needsLogs(context), 'wandb-wandb/tests/assets/wandb'));
    expect(run).toMatchObject({ source: 'wandb', status: 'finished' });
    expect(run!.warnings.map(({ code }) => code)).not.toContain('damaged-record');
  });

  // Its meta.yaml says RUNNING for ever: the process died. So the age of the files decides, which is that of the download.
  it.for([
    { status: 'finished', writtenAt: new Date('2022-09-28T12:00:00Z') },
    { status: 'running', writtenAt: new Date() },
  ])('reads MLflow\'s file store, $status by when it was last written', async ({ status, writtenAt }, context) => {
    const store = copyWrittenAt(path.join(needsLogs(context), '10tanmay100-DEEPCNNCLASSIFIER/mlruns'), writtenAt);
    const [run] = await importLog(store);
    expect(run).toMatchObject({ source: 'mlflow', status });
    expect(Object.keys(run!.checkpoints[0]!.raw).sort()).toEqual(['accuracy', 'loss']);
  });

  it('reads the whole folder, every log of it, without a problem', async (context) => {
    const { runs, problems } = await readLogs(needsLogs(context));
    expect(problems).toEqual([]);
    expect(runs.length).toBeGreaterThan(25);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length);
  });
});
