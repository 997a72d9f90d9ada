/**
 * MLflow's SQLite store. The database is copied and the copy is opened: a trainer that writes is never held up by a lock of
 * ours, and its write-ahead log can be merged into the copy. Source: mlflow/store/tracking/dbmodels/models.py.
 */
import { constants } from 'node:fs';
import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database, QueryResult } from 'node-sqlite3-wasm';
import type { RunWarning } from '../../core/run/types';
import type { ReadOptions } from '../contract';
import { ImportError } from '../errors';
import { beginningOf } from '../files';
import { Columns } from '../framing/columns';
import { NAME_TAG, PARENT_TAG, statusOf, type MlflowRun } from './raw';

/** Database and write-ahead log together; beyond it a copy a look would wear out the disk. */
const LARGEST = 1024 * 1024 * 1024;
const MOST_RUNS = 2000;
/** Of all runs together. */
const MOST_VALUES = 5_000_000;
const TABLES = ['experiments', 'runs', 'metrics', 'params', 'tags'] as const;

interface Store {
  readonly runs: readonly MlflowRun[];
  readonly warnings: readonly RunWarning[];
}

/** @throws ImportError where it is no store of MLflow or cannot be read; the signal's reason */
export async function readStore(file: string, options: ReadOptions = {}): Promise<Store> {
  const size = await sizeOf(file);
  if (size > LARGEST) throw new ImportError(`The database has ${Math.round(size / 2 ** 20)} MiB, more than the ${LARGEST / 2 ** 20} that are read.`, file, 'Export the runs that matter, with "mlflow experiments csv".');
  const folder = await mkdtemp(path.join(tmpdir(), 'alignment-gap-'));
  try {
    const copy = path.join(folder, 'copy.db');
    await copyFile(file, copy, constants.COPYFILE_FICLONE);
    options.signal?.throwIfAborted();
    const hasLog = await copyFile(`${file}-wal`, `${copy}-wal`, constants.COPYFILE_FICLONE).then(() => true, () => false);
    options.onProgress?.({ path: file, bytesRead: size, bytesTotal: size });
    const store = await readCopy(copy, options);
    return { ...store, warnings: [...store.warnings, ...(await aboutLog(file, copy, { hasLog, runs: store.runs.length }))] };
  } catch (error) {
    if (options.signal?.aborted === true || error instanceof ImportError) throw error;
    throw new ImportError(`The database cannot be read: ${error instanceof Error ? error.message : String(error)}.`, file, 'If MLflow is writing to it, try again; else check it with "sqlite3 mlflow.db .schema".', error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const sizeOf = async (file: string): Promise<number> => {
  const [database, log] = await Promise.all([stat(file), stat(`${file}-wal`).catch(() => undefined)]);
  return database.size + (log?.size ?? 0);
};

/** What a write-ahead log holds is not in the database: whoever copies only that file, copies too little. */
async function aboutLog(file: string, copy: string, { hasLog, runs }: { hasLog: boolean; runs: number }): Promise<RunWarning[]> {
  const name = path.basename(file);
  if (hasLog) return [{ code: 'wal', message: `${name}-wal holds what is not in ${name} yet; both were read. Copy both when you move the store.`, at: name }];
  // Bytes 18 and 19 of the header: 2 for a write-ahead log (sqlite.org/fileformat.html).
  if (runs > 0 || (await beginningOf(copy, 20))[18] !== 2) return [];
  throw new ImportError(`There are no runs in ${name}: it was copied without its write-ahead log.`, file, `Copy ${name}-wal from where it was written, and put it beside the database.`);
}

async function readCopy(copy: string, options: ReadOptions): Promise<Store> {
  // Loaded when the first store is opened: its WebAssembly takes a megabyte.
  const { Database } = await import('node-sqlite3-wasm');
  const database = new Database(copy, { fileMustExist: true });
  try {
    // Without shared memory, a write-ahead log can be merged only by a connection that is alone with the file.
    database.all('PRAGMA locking_mode=EXCLUSIVE');
    database.exec('PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;');
    checkTables(database, copy);
    return await readRuns(database, options);
  } finally {
    database.close();
  }
}

/** A view or a virtual table under the name of a table could do anything. */
function checkTables(database: Database, file: string): void {
  const found = database.all("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'").map(({ name }) => name);
  const missing = TABLES.filter((table) => !found.includes(table));
  if (missing.length === 0) return;
  throw new ImportError(`This database has no table ${missing.join(', ')}: it is no store of MLflow.`, path.basename(file), 'Choose the file that mlflow names as its tracking URI.');
}

async function readRuns(database: Database, { signal }: ReadOptions): Promise<Store> {
  const experiments = new Map(database.all('SELECT experiment_id, name FROM experiments').map((row) => [row['experiment_id'], textOf(row['name'])]));
  const found = database.all('SELECT * FROM runs ORDER BY start_time LIMIT ?', MOST_RUNS + 1);
  const warnings: RunWarning[] = [];
  if (found.length > MOST_RUNS) warnings.push({ code: 'too-many-runs', message: `Only the first ${MOST_RUNS} runs of the store are read.` });
  const runs: MlflowRun[] = [];
  let values = 0;
  for (const row of found.slice(0, MOST_RUNS)) {
    signal?.throwIfAborted();
    await new Promise(setImmediate);
    const id = textOf(row['run_uuid']);
    const metrics = readMetrics(database, id, MOST_VALUES - values);
    values += metrics.values;
    runs.push(readRun(database, row, textOf(experiments.get(row['experiment_id'])), metrics.columns));
    if (values < MOST_VALUES) continue;
    warnings.push({ code: 'too-many-values', message: `Reading stopped after ${MOST_VALUES} values, in run ${id}.` });
    break;
  }
  return { runs, warnings };
}

function readRun(database: Database, row: QueryResult, experiment: string, metrics: ReadonlyMap<string, Columns>): MlflowRun {
  const id = textOf(row['run_uuid']);
  const pairs = (table: 'params' | 'tags'): Map<string, string> =>
    new Map(database.all(`SELECT key, value FROM ${table} WHERE run_uuid = ? LIMIT 5000`, id).map(({ key, value }) => [textOf(key), textOf(value)]));
  const tags = pairs('tags');
  const status = statusOf(row['status']);
  const parent = tags.get(PARENT_TAG);
  return {
    id, experiment, metrics,
    name: textOf(row['name']) || (tags.get(NAME_TAG) ?? ''),
    ...(status === undefined ? {} : { status }),
    ...(typeof row['start_time'] === 'number' ? { startedAt: row['start_time'] } : {}),
    ...(typeof row['end_time'] === 'number' ? { endedAt: row['end_time'] } : {}),
    deleted: row['lifecycle_stage'] === 'deleted',
    ...(parent === undefined ? {} : { parent }),
    params: pairs('params'),
  };
}

/** SQLite holds no NaN: `is_nan` marks it; infinities are the largest numbers there are. */
function readMetrics(database: Database, id: string, most: number): { columns: Map<string, Columns>; values: number } {
  const columns = new Map<string, Columns>();
  let values = 0;
  const statement = database.prepare('SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_uuid = ? ORDER BY timestamp, step LIMIT ?');
  try {
    for (const row of statement.iterate([id, most])) {
      values += 1;
      const [key, value, step, time] = [textOf(row['key']), row['value'], row['step'], row['timestamp']];
      if (typeof value !== 'number' || typeof step !== 'number') continue;
      const series = columns.get(key) ?? new Columns();
      series.push(step, Number(row['is_nan']) === 1 ? NaN : unbounded(value), typeof time === 'number' ? time / 1000 : 0);
      columns.set(key, series);
    }
  } finally {
    statement.finalize();
  }
  return { columns, values };
}

const unbounded = (value: number): number => (Math.abs(value) >= 1.797e308 ? Math.sign(value) * Infinity : value);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
