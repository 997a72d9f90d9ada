/** Writes MLflow's two stores as MLflow does: folders of small files, and the tables of its SQLite database. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Database } from 'node-sqlite3-wasm';

export interface WrittenRun {
  readonly id: string;
  readonly name?: string;
  readonly status?: number;
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** Key → values as `[timestamp ms, value, step]`. */
  readonly metrics?: Readonly<Record<string, readonly (readonly [number, number, number])[]>>;
  readonly lifecycle?: 'active' | 'deleted';
}

const STATUS = ['', 'RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];
const START = 1_700_000_000_000;

const put = (file: string, text: string): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
};
const python = (value: number): string => (Number.isNaN(value) ? 'nan' : Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : '-inf');
export const metricLine = ([time, value, step]: readonly [number, number, number]): string => `${time} ${python(value)} ${step}\n`;

export function writeFileStore(root: string, experiment: string, runs: readonly WrittenRun[]): void {
  put(path.join(root, '7', 'meta.yaml'), `artifact_location: file:///elsewhere/7\nexperiment_id: '7'\nlifecycle_stage: active\nname: ${experiment}\n`);
  for (const { id, name = '', status = 3, params = {}, tags = {}, metrics = {}, lifecycle = 'active' } of runs) {
    const folder = path.join(root, '7', id);
    put(path.join(folder, 'meta.yaml'), `artifact_uri: file:///elsewhere/7/${id}/artifacts\nend_time: ${status === 1 ? 'null' : START + 1000}\nexperiment_id: '7'\nlifecycle_stage: ${lifecycle}\nrun_id: ${id}\nrun_name: ${JSON.stringify(name)}\nstart_time: ${START}\nstatus: ${status}\nuser_id: somebody\n`);
    for (const kind of ['metrics', 'params', 'tags']) mkdirSync(path.join(folder, kind), { recursive: true });
    for (const [key, value] of Object.entries(params)) put(path.join(folder, 'params', key), value);
    for (const [key, value] of Object.entries(tags)) put(path.join(folder, 'tags', key), value);
    for (const [key, points] of Object.entries(metrics)) put(path.join(folder, 'metrics', key), points.map(metricLine).join(''));
  }
}

/** The columns that matter; types and names as mlflow/store/tracking/dbmodels/models.py has them. */
export function writeDatabase(file: string, experiment: string, runs: readonly WrittenRun[]): void {
  const database = new Database(file);
  try {
    database.exec(`CREATE TABLE experiments (experiment_id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(256), lifecycle_stage VARCHAR(32));
      CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(250), status VARCHAR(9), start_time BIGINT, end_time BIGINT, lifecycle_stage VARCHAR(20), experiment_id INTEGER);
      CREATE TABLE metrics (key VARCHAR(250) NOT NULL, value DOUBLE NOT NULL, timestamp BIGINT NOT NULL, run_uuid VARCHAR(32) NOT NULL, step BIGINT DEFAULT 0, is_nan BOOLEAN DEFAULT 0);
      CREATE TABLE latest_metrics (key VARCHAR(250) NOT NULL, value DOUBLE NOT NULL, timestamp BIGINT, step BIGINT, is_nan BOOLEAN, run_uuid VARCHAR(32));
      CREATE TABLE params (key VARCHAR(250) NOT NULL, value VARCHAR(8000) NOT NULL, run_uuid VARCHAR(32));
      CREATE TABLE tags (key VARCHAR(250) NOT NULL, value VARCHAR(8000), run_uuid VARCHAR(32));`);
    database.run('INSERT INTO experiments VALUES (7, ?, ?)', [experiment, 'active']);
    for (const run of runs) insert(database, run);
  } finally {
    database.close();
  }
}

function insert(database: Database, { id, name = '', status = 3, params = {}, tags = {}, metrics = {}, lifecycle = 'active' }: WrittenRun): void {
  database.run('INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, 7)', [id, name, STATUS[status] ?? '', START, status === 1 ? null : START + 1000, lifecycle]);
  for (const [key, value] of Object.entries(params)) database.run('INSERT INTO params VALUES (?, ?, ?)', [key, value, id]);
  for (const [key, value] of Object.entries(tags)) database.run('INSERT INTO tags VALUES (?, ?, ?)', [key, value, id]);
  for (const [key, points] of Object.entries(metrics)) {
    for (const [time, value, step] of points) {
      const stored = Number.isNaN(value) ? 0 : Math.max(-1.7976931348623157e308, Math.min(1.7976931348623157e308, value));
      database.run('INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)', [key, stored, time, id, step, Number.isNaN(value) ? 1 : 0]);
    }
  }
}
