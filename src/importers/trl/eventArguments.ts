/**
 * The Trainer's arguments from the TensorBoard file beside its state: β and the loss type of TRL stand nowhere else in text,
 * and the pickle that has them too is never opened. They are the first records, so only the file's beginning is read.
 */
import path from 'node:path';
import type { LookEntry } from '../contract';
import { beginningOf } from '../files';
import { lookAt } from '../look';
import { EventFile } from '../tensorboard/raw';
import { settingsOf } from '../tensorboard/settings';

const EVENTS = /^events\.out\.tfevents\.(\d+)\./;
const BEGINNING = 1024 * 1024;
/** Where Trainer puts them: `runs/<date_host>/`; `logging_dir` may be the output directory itself. */
const FOLDERS = ['runs', 'logs', '.'];

interface EventArguments {
  readonly config: Readonly<Record<string, unknown>>;
  /** Relative to the output directory. */
  readonly file: string;
  /** Seconds since the epoch, from the file's name. */
  readonly begun: number;
}

/** Those of the newest file; undefined where there is none with arguments in it. */
export async function argumentsInEvents(folder: string, entries: readonly LookEntry[]): Promise<EventArguments | undefined> {
  const files = await eventFiles(folder, entries);
  for (const { file, begun } of files.sort((a, b) => b.begun - a.begun).slice(0, 4)) {
    const all = Object.entries(settingsOf([await firstEvents(path.join(folder, file))]).config);
    // The model's own configuration is long, and the same for all runs of a model.
    const config = Object.fromEntries(all.filter(([key]) => key !== 'model_config'));
    if (Object.keys(config).length > 0) return { config, file, begun };
  }
  return undefined;
}

async function eventFiles(folder: string, entries: readonly LookEntry[]): Promise<{ file: string; begun: number }[]> {
  const roots = FOLDERS.filter((name) => name === '.' || entries.some((entry) => entry.name === name && entry.kind === 'folder'));
  const found = await Promise.all(roots.map(async (root) => {
    const look = await lookAt(path.join(folder, root));
    const inside = root === '.' ? [] : await Promise.all(look.entries.filter(({ kind }) => kind === 'folder').map(async ({ name }) => (await look.inside(name)).map((entry) => `${name}/${entry.name}`)));
    return [...look.entries.map(({ name }) => name), ...inside.flat()].map((name) => path.join(root, name));
  }));
  return found.flat().flatMap((file) => {
    const seconds = EVENTS.exec(path.basename(file))?.[1];
    return seconds === undefined ? [] : [{ file, begun: Number(seconds) }];
  });
}

async function firstEvents(file: string): Promise<EventFile> {
  const events = new EventFile();
  // A plain array: what a Buffer calls a slice is no copy.
  const bytes = new Uint8Array(await beginningOf(file, BEGINNING));
  events.take(bytes, bytes.length, 0);
  return events;
}
