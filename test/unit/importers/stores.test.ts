/** Stores that hold many runs or binary records, written as their trainers write them; whole, and damaged. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importLog } from '../../../src/importers';
import { temporaryFolder } from '../runlog/support';
import { writeDatabase, writeFileStore, type WrittenRun } from './support/mlflowWriter';

const RUNS: readonly WrittenRun[] = [
  { id: 'a'.repeat(32), name: 'one', params: { beta: '0.1' }, metrics: { loss: [[1_700_000_000_000, 0.5, 1], [1_700_000_001_000, NaN, 2]] } },
  { id: 'b'.repeat(32), name: 'two', status: 4, metrics: { loss: [[1_700_000_000_000, 0.25, 1]] } },
  { id: 'c'.repeat(32), name: 'gone', lifecycle: 'deleted', metrics: { loss: [[1_700_000_000_000, 9, 1]] } },
];

describe.each([
  ['the file store', (root: string) => writeFileStore(root, 'study', RUNS)],
  ['the SQLite store', (root: string) => writeDatabase(path.join(root, 'mlflow.db'), 'study', RUNS)],
])('%s of MLflow', (_, write) => {
  it('has each run but deleted ones, with NaN kept', async () => {
    const root = temporaryFolder();
    write(root);
    const runs = (await importLog(root)).sort((a, b) => a.name.localeCompare(b.name));
    expect(runs.map(({ name, experiment, status }) => [name, experiment, status])).toEqual([['one', 'study', 'finished'], ['two', 'study', 'failed']]);
    expect(runs[0]!.checkpoints.map(({ step, raw }) => [step, raw['loss']])).toEqual([[1, 0.5], [2, NaN]]);
    expect(runs[0]!.config).toMatchObject({ beta: 0.1 });
  });
});

it('a damaged database: runs or an ImportError, nothing else', async () => {
  const file = path.join(temporaryFolder(), 'mlflow.db');
  writeDatabase(file, 'study', RUNS);
  const bytes = readFileSync(file);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 64 }), async (at, by) => {
      const mutated = Buffer.from(bytes);
      mutated.set(by.subarray(0, mutated.length - at), at);
      writeFileSync(file, mutated);
      const result = await importLog(file, { source: 'mlflow' }).catch((error: unknown) => error);
      expect(Array.isArray(result) || (result as Error).name === 'ImportError', String(result)).toBe(true);
    }),
    { seed: 4, numRuns: 60 },
  );
});
