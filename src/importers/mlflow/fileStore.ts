/** One run of MLflow's file store: `metrics/<key>` grow by a line a value, everything else is a small file. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RunWarning } from '../../core/run/types';
import { ByteTail, LineSplitter } from '../../runlog';
import type { ReadOptions } from '../contract';
import { lastWritten, ofFile, versionOf } from '../files';
import { Columns } from '../framing/columns';
import { lookAt } from '../look';
import { readYaml } from '../yaml';
import { NAME_TAG, PARENT_TAG, readMetricLine, statusOf, type MlflowRun } from './raw';

const MOST_KEYS = 2000;
/** Keys with slashes are folders in folders. */
const DEEPEST = 6;
const LARGEST_TEXT = 64 * 1024;
const LONGEST_LINE = 4096;

/** A file of one metric, followed from its last whole line. */
class MetricTail {
  columns = new Columns();
  badLines = 0;
  firstBad = 0;
  private version = '';
  private lines = new LineSplitter(LONGEST_LINE);
  private readonly tail: ByteTail;

  constructor(readonly file: string) {
    this.tail = new ByteTail(file);
  }

  async refresh(options: ReadOptions): Promise<boolean> {
    const version = await versionOf([this.file]);
    if (version === this.version) return false;
    await this.tail.read((chunk) => this.take(chunk), {
      ...ofFile(this.file, options),
      onRestart: () => {
        [this.columns, this.lines] = [new Columns(), new LineSplitter(LONGEST_LINE)];
        [this.badLines, this.firstBad] = [0, 0];
      },
    });
    this.version = version;
    return true;
  }

  /** Line of a value that has no end yet. */
  get openLine(): number | undefined {
    return this.lines.unfinished?.number;
  }

  private take(chunk: Buffer): void {
    for (const { text, number } of this.lines.push(chunk)) {
      if (text?.trim() === '') continue;
      const point = text === undefined ? undefined : readMetricLine(text);
      if (point !== undefined) this.columns.push(point.step, point.value, point.time);
      else {
        this.badLines += 1;
        if (this.firstBad === 0) this.firstBad = number;
      }
    }
  }
}

export class FileStoreRun {
  private readonly tails = new Map<string, MetricTail>();
  private texts = '';
  private warnings: RunWarning[] = [];

  /** @param folder the run's, with `meta.yaml` in it */
  constructor(readonly folder: string) {}

  /** @returns whether there is anything new. @throws RunLogError; the signal's reason */
  async refresh(options: ReadOptions): Promise<boolean> {
    this.warnings = [];
    let changed = false;
    for (const key of await this.keysBelow('metrics')) {
      let tail = this.tails.get(key);
      if (tail === undefined) {
        tail = new MetricTail(path.join(this.folder, 'metrics', ...key.split('/')));
        this.tails.set(key, tail);
        changed = true;
      }
      if (await tail.refresh(options)) changed = true;
    }
    const texts = await versionOf(['meta.yaml', 'params', 'tags'].map((name) => path.join(this.folder, name)));
    if (texts !== this.texts) changed = true;
    this.texts = texts;
    return changed;
  }

  async run(): Promise<{ run: MlflowRun; warnings: RunWarning[]; modifiedAt?: number }> {
    const meta = await this.meta(this.folder);
    const experiment = await this.meta(path.dirname(this.folder));
    const params = new Map<string, string>();
    for (const key of await this.keysBelow('params')) params.set(key, await this.text('params', key));
    const parent = await this.text('tags', PARENT_TAG);
    const named = await this.text('tags', NAME_TAG);
    const startedAt = numberOf(meta['start_time']);
    const endedAt = numberOf(meta['end_time']);
    const status = statusOf(meta['status']);
    const run: MlflowRun = {
      id: path.basename(this.folder),
      name: textOf(meta['run_name']) || named || textOf(meta['name']),
      experiment: textOf(experiment['name']),
      ...(status === undefined ? {} : { status }),
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(endedAt === undefined ? {} : { endedAt }),
      deleted: meta['lifecycle_stage'] === 'deleted',
      ...(parent === '' ? {} : { parent }),
      params,
      metrics: new Map([...this.tails].map(([key, { columns }]) => [key, columns])),
    };
    const modifiedAt = await lastWritten([path.join(this.folder, 'meta.yaml'), ...[...this.tails.values()].map(({ file }) => file)]);
    return { run, warnings: [...this.warnings, ...this.badLines()], ...(modifiedAt === undefined ? {} : { modifiedAt }) };
  }

  /** The name of another run of this experiment. */
  async nameOf(runId: string): Promise<string | undefined> {
    if (!/^[\w-]+$/.test(runId)) return undefined; // an id is no path
    const meta: Readonly<Record<string, unknown>> = (await metaOf(path.join(this.folder, '..', runId, 'meta.yaml')).catch(() => undefined)) ?? {};
    return textOf(meta['run_name']) || undefined;
  }

  private badLines(): RunWarning[] {
    return [...this.tails].flatMap(([key, { badLines, firstBad, openLine }]) => [
      ...(badLines === 0 ? [] : [{ code: 'bad-line', message: `${badLines} line(s) of metric ${key} are not "timestamp value step" and were passed over.`, at: `metrics/${key}:${firstBad}` }]),
      ...(openLine === undefined ? [] : [{ code: 'unfinished', message: `The last value of metric ${key} is not finished and is left out until it is.`, at: `metrics/${key}:${openLine}` }]),
    ]);
  }

  /** Keys as paths with slashes, sorted. */
  private async keysBelow(kind: 'metrics' | 'params'): Promise<string[]> {
    const keys: string[] = [];
    const visit = async (key: string, depth: number): Promise<void> => {
      const look = await lookAt(path.join(this.folder, kind, ...key.split('/'))).catch(() => undefined);
      for (const entry of look?.entries ?? []) {
        const name = key === '' ? entry.name : `${key}/${entry.name}`;
        if (keys.length >= MOST_KEYS) return;
        if (entry.kind === 'file') keys.push(name);
        else if (depth < DEEPEST) await visit(name, depth + 1);
      }
    };
    await visit('', 0);
    if (keys.length >= MOST_KEYS) this.warnings.push({ code: 'too-many-keys', message: `Only the first ${MOST_KEYS} ${kind} are read.`, at: kind });
    return keys;
  }

  private async text(kind: 'params' | 'tags', key: string): Promise<string> {
    const file = path.join(this.folder, kind, ...key.split('/'));
    const size = await stat(file).then((found) => found.size, () => 0);
    if (size === 0) return '';
    if (size > LARGEST_TEXT) return `(${size} bytes)`;
    return (await readFile(file, 'utf8').catch(() => '')).replace(/\r?\n$/, '');
  }

  private async meta(folder: string): Promise<Readonly<Record<string, unknown>>> {
    try {
      const meta = await metaOf(path.join(folder, 'meta.yaml'));
      if (meta !== undefined) return meta;
      if (folder === this.folder) throw new Error('it is missing');
    } catch (error) {
      const at = path.join(path.relative(this.folder, folder), 'meta.yaml');
      this.warnings.push({ code: 'unreadable-file', message: `${at} was not read: ${error instanceof Error ? error.message : String(error)}.`, at });
    }
    return {};
  }
}

/** Undefined where there is no file. @throws where it is none that can be read */
async function metaOf(file: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const size = await stat(file).then((found) => found.size, () => undefined);
  if (size === undefined) return undefined;
  if (size > LARGEST_TEXT) throw new Error('it is larger than 64 KiB');
  const value = readYaml(await readFile(file, 'utf8'));
  if (value === undefined) throw new Error('it is no YAML mapping, or cut off');
  return value;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
