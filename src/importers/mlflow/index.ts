/** MLflow: a run of its file store is a folder, its SQLite store is one file of many runs. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Detection, Importer, Look, LogReader, RawLog, ReadOptions } from '../contract';
import { ImportError } from '../errors';
import { lastWritten, versionOf } from '../files';
import { claimsOnFiles } from '../look';
import { FileStoreRun } from './fileStore';
import { rawLog } from './model';
import { readStore } from './sqliteStore';

const DATABASE = /\.(db|sqlite3?)$/i;
const SQLITE = 'SQLite format 3\u0000';
const OF_A_RUN = ['meta.yaml', 'metrics', 'params', 'tags', 'artifacts', 'inputs', 'outputs', 'traces'];

export const mlflow: Importer = { source: 'mlflow', detect, open: (target) => new Chosen(target) };

async function detect(look: Look): Promise<Detection[]> {
  return [...(await claimsOnFiles(look, (name) => DATABASE.test(name), databaseClaim)), ...(await runClaim(look))];
}

/** The names of the tables stand in the database's first pages. */
function databaseClaim(file: string, head: Buffer): Detection[] {
  const name = path.basename(file);
  if (!head.toString('latin1', 0, SQLITE.length).startsWith(SQLITE)) return [];
  const hasTables = head.includes('latest_metrics') && head.includes('experiments');
  const named = /^(mlflow|mlruns)\.(db|sqlite3?)$/i.test(name);
  if (!hasTables && !named) return [];
  return [{ source: 'mlflow', path: file, reason: hasTables ? `${name} is an SQLite database with the tables of MLflow` : `${name} is an SQLite database of that name`, confidence: hasTables ? 1 : 0.7, covers: [name, `${name}-wal`, `${name}-shm`] }];
}

async function runClaim(look: Look): Promise<Detection[]> {
  const names = look.entries.map(({ name }) => name);
  if (!names.includes('meta.yaml') || !(names.includes('metrics') || names.includes('params'))) return [];
  const meta = (await look.head('meta.yaml')).toString('utf8');
  // A deleted run stays on the disk until "mlflow gc"; MLflow shows it no more.
  if (!/^run_(id|uuid):/m.test(meta) || /^lifecycle_stage: deleted\s*$/m.test(meta)) return [];
  return [{ source: 'mlflow', path: look.path, reason: 'meta.yaml with a run_id, beside metrics and params', confidence: 1, covers: OF_A_RUN.filter((name) => names.includes(name)) }];
}

/** A folder or a database: known at the first look. */
class Chosen implements LogReader {
  private reader: LogReader | undefined;

  constructor(private readonly target: string) {}

  async refresh(options: ReadOptions = {}): Promise<readonly RawLog[] | undefined> {
    if (this.reader === undefined) {
      const found = await stat(this.target).catch((error: unknown) => {
        throw new ImportError('The log is not there.', this.target, 'Check the path.', error);
      });
      this.reader = found.isDirectory() ? new FolderReader(this.target) : new DatabaseReader(this.target);
    }
    return this.reader.refresh(options);
  }
}

class FolderReader implements LogReader {
  private readonly store: FileStoreRun;

  constructor(private readonly target: string) {
    this.store = new FileStoreRun(target);
  }

  async refresh(options: ReadOptions = {}): Promise<readonly RawLog[] | undefined> {
    if (!(await this.store.refresh(options))) return undefined;
    const { run, warnings, modifiedAt } = await this.store.run();
    const parentName = run.parent === undefined ? undefined : await this.store.nameOf(run.parent);
    return [rawLog({ path: this.target, run, warnings, ...(parentName === undefined ? {} : { parentName }), ...(modifiedAt === undefined ? {} : { modifiedAt }) })];
  }
}

/** Read anew whenever it changed: a database has no place up to which it was read. */
class DatabaseReader implements LogReader {
  private version = '';

  constructor(private readonly target: string) {}

  async refresh(options: ReadOptions = {}): Promise<readonly RawLog[] | undefined> {
    const version = await versionOf([this.target, `${this.target}-wal`]);
    if (version === this.version) return undefined;
    const { runs, warnings } = await readStore(this.target, options);
    this.version = version;
    const names = new Map(runs.map(({ id, name }) => [id, name]));
    const modifiedAt = await lastWritten([this.target]);
    return runs.filter(({ deleted }) => !deleted).map((run) => {
      const parentName = names.get(run.parent ?? '');
      return rawLog({ path: this.target, part: run.id, run, warnings, ...(parentName === undefined ? {} : { parentName }), ...(modifiedAt === undefined ? {} : { modifiedAt }) });
    });
  }
}
