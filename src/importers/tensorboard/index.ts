/** TensorBoard event files: one run a folder, with its splits and the folders that the hparams plugin makes for itself. */
import path from 'node:path';
import type { Detection, Importer, Look, LogReader, RawLog, ReadOptions } from '../contract';
import { ImportError } from '../errors';
import { lastWritten, ofFile } from '../files';
import { lookAt } from '../look';
import { byTime } from './merge';
import { rawLog, type Part } from './model';
import { EventFileTail } from './read';
import { HEADER, scanRecords } from './records';

const EVENT_FILE = /\.tfevents\./;
/** Keras and tf.estimator write one folder a split. */
const SPLIT = /^(train|training|valid|validation|val|eval|evaluation|test)$/i;
/** `SummaryWriter.add_hparams` makes a folder named by the time. */
const HPARAMS = /^\d+(\.\d+)?$/;

export const tensorboard: Importer = { source: 'tensorboard', detect, open: (target) => new RunReader(target) };

async function detect(look: Look): Promise<Detection[]> {
  if (look.kind === 'file') {
    const named = EVENT_FILE.test(path.basename(look.path));
    return named || beginsAsEvents(await look.head()) ? [claim(look.path, named ? 'its name is that of an event file' : 'it begins as an event file', [path.basename(look.path)])] : [];
  }
  const own = look.entries.filter(isEventFile).map(({ name }) => name);
  const below = await partsBelow(look);
  if (own.length + below.length === 0) return [];
  const what = own.length > 0 ? own[0]! : `${below[0]!}/`;
  return [claim(look.path, `${what} holds TensorBoard events`, [...own, ...below])];
}

const claim = (target: string, reason: string, covers: readonly string[]): Detection => ({ source: 'tensorboard', path: target, reason, confidence: 0.9, covers });
const isEventFile = ({ name, kind }: { name: string; kind: string }): boolean => kind === 'file' && EVENT_FILE.test(name);

/** The first record's length is there with its checksum. */
function beginsAsEvents(head: Buffer): boolean {
  if (head.length < HEADER) return false;
  const { damage } = scanRecords(head, HEADER, () => undefined);
  return damage === undefined && head.includes('brain.Event:');
}

/** Folders inside that are parts of this run, not runs of their own. */
async function partsBelow(look: Look): Promise<string[]> {
  const hasOwn = look.entries.some(isEventFile);
  const folders = look.entries.filter(({ name, kind }) => kind === 'folder' && (SPLIT.test(name) || (hasOwn && HPARAMS.test(name))));
  const holds = await Promise.all(folders.map(async ({ name }) => (await look.inside(name)).some(isEventFile)));
  return folders.filter((_, at) => holds[at]).map(({ name }) => name);
}

/** Event files of a run; each keeps its place, new ones are found when the run goes on. */
class RunReader implements LogReader {
  private readonly tails = new Map<string, EventFileTail>();
  private splits = new Map<string, string>();
  /** What a reading found that was stopped before it could be told. */
  private isUntold = false;

  constructor(private readonly target: string) {}

  async refresh(options: ReadOptions = {}): Promise<readonly RawLog[] | undefined> {
    const files = await this.find();
    let changed = this.isUntold || files.some((file) => !this.tails.has(file)) || files.length < this.tails.size;
    for (const file of this.tails.keys()) if (!files.includes(file)) this.tails.delete(file);
    for (const file of files) if (await this.tailOf(file).refresh(ofFile(file, options))) this.isUntold = changed = true;
    this.isUntold = false;
    return changed ? [await this.log()] : undefined;
  }

  private tailOf(file: string): EventFileTail {
    const known = this.tails.get(file) ?? new EventFileTail(file);
    this.tails.set(file, known);
    return known;
  }

  /** Absolute paths; remembers the split of each. */
  private async find(): Promise<string[]> {
    const look = await lookAt(this.target);
    this.splits = new Map();
    if (look.kind === 'file') return [look.path];
    const files = look.entries.filter(isEventFile).map(({ name }) => path.join(look.path, name));
    for (const folder of await partsBelow(look)) {
      for (const entry of await look.inside(folder)) {
        if (!isEventFile(entry)) continue;
        const file = path.join(look.path, folder, entry.name);
        files.push(file);
        if (SPLIT.test(folder)) this.splits.set(file, folder);
      }
    }
    if (files.length === 0) throw new ImportError('No event files are here any more.', this.target, 'Check the folder.');
    return files.sort((a, b) => byTime(path.basename(a), path.basename(b)));
  }

  private async log(): Promise<RawLog> {
    const parts = new Map<string, Part & { files: EventFileTail['file'][] }>();
    for (const [file, { file: events }] of [...this.tails].sort(([a], [b]) => byTime(path.basename(a), path.basename(b)))) {
      const split = this.splits.get(file) ?? '';
      const part = parts.get(split) ?? { split, files: [] };
      part.files.push(events);
      parts.set(split, part);
    }
    const warnings = [...this.tails.values()].flatMap((tail) => tail.warnings());
    const modifiedAt = await lastWritten([...this.tails.keys()]);
    return rawLog({ path: this.target, parts: [...parts.values()], warnings, ...(modifiedAt === undefined ? {} : { modifiedAt }), ...nameOf(this.target) });
  }
}

/** transformers logs to `<output directory>/runs/<date_time_host>`: the run is called as its output directory is. */
const OF_TRANSFORMERS = /^[A-Z][a-z]{2}\d{2}_\d{2}-\d{2}-\d{2}_/;

function nameOf(target: string): { name?: string; experiment?: string } {
  const folders = path.resolve(target).split(path.sep);
  const at = folders.findLastIndex((folder) => OF_TRANSFORMERS.test(folder));
  const [experiment, name] = [folders[at - 3], folders[at - 2]];
  if (at < 3 || folders[at - 1] !== 'runs' || name === undefined || name === '') return {};
  return { name, ...(experiment === undefined || experiment === '' ? {} : { experiment }) };
}
