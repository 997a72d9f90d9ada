/** An output directory of transformers' Trainer: its newest state, and the small text files around it. Pickles stay closed. */
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { RunWarning } from '../../core/run/types';
import type { LookEntry, ReadOptions } from '../contract';
import { readArguments, readSmall, isArgumentsFile } from '../companions';
import { ImportError } from '../errors';
import { versionOf } from '../files';
import { readJson } from '../json';
import { lookAt } from '../look';
import { isObject } from '../values';
import { readCard } from './card';
import { argumentsInEvents } from './eventArguments';
import type { TrainerFolder } from './raw';
import { readState } from './state';

export const STATE_FILE = 'trainer_state.json';
const CHECKPOINT = /^checkpoint-(\d+)$/;
/** A state of 100,000 log entries is about 50 MB; of a larger one the beginning is read. */
const LARGEST = 192 * 1024 * 1024;
const CHUNK = 1024 * 1024;

interface FolderRead {
  readonly folder: TrainerFolder;
  readonly warnings: readonly RunWarning[];
  /** The state ended in the middle: it may be being written this very moment. */
  readonly isDamaged: boolean;
}

export interface Place {
  /** The output directory. */
  readonly folder: string;
  /** Relative to it. */
  readonly stateFile: string;
  readonly entries: readonly LookEntry[];
  readonly checkpoints: readonly number[];
  /** The folder to take the model card and the adapter from, relative: the root may lack them in a live run. */
  readonly beside: string;
}

/** @param target an output directory, a checkpoint of it, or a state file. @throws ImportError where there is no state */
export async function findState(target: string): Promise<Place> {
  const look = await lookAt(target);
  if (look.kind === 'file') {
    const folder = path.dirname(look.path);
    return { folder, stateFile: path.basename(look.path), entries: (await lookAt(folder)).entries, checkpoints: [], beside: '.' };
  }
  const checkpoints = checkpointsOf(look.entries);
  const hasRoot = look.entries.some(({ name, kind }) => name === STATE_FILE && kind === 'file');
  const newest = await newestCheckpoint(look.path, checkpoints);
  // The root's state is written last; while the run lives there is none, or that of a run that was resumed since.
  const isRoot = hasRoot && (newest === undefined || !(await isOlder(look.path, newest)));
  if (!isRoot && newest === undefined) throw new ImportError(`There is no ${STATE_FILE} in this folder or its checkpoints.`, look.path, 'Name the output directory of the trainer.');
  const beside = isRoot || newest === undefined ? '.' : `checkpoint-${newest}`;
  return { folder: look.path, stateFile: beside === '.' ? STATE_FILE : `${beside}/${STATE_FILE}`, entries: look.entries, checkpoints, beside };
}

export const checkpointsOf = (entries: readonly LookEntry[]): number[] =>
  entries.flatMap(({ name, kind }) => (kind === 'folder' ? [Number(CHECKPOINT.exec(name)?.[1] ?? NaN)] : [])).filter(Number.isSafeInteger).sort((a, b) => a - b);

/** The highest checkpoint that has a state: the newest one may just be being written. */
async function newestCheckpoint(folder: string, checkpoints: readonly number[]): Promise<number | undefined> {
  for (const step of [...checkpoints].reverse()) {
    const names = await readdir(path.join(folder, `checkpoint-${step}`)).catch((): string[] => []);
    if (names.includes(STATE_FILE)) return step;
  }
  return undefined;
}

/** Whether the root's state ends before this checkpoint. */
async function isOlder(folder: string, checkpoint: number): Promise<boolean> {
  const text = await readSmall(path.join(folder, STATE_FILE), LARGEST);
  const step = /"global_step":\s*(\d+)/.exec(text ?? '')?.[1];
  return step !== undefined && Number(step) < checkpoint;
}

/** Changes whenever something that is read has changed. */
export const placeVersion = (place: Place): Promise<string> => versionOf([path.join(place.folder, place.stateFile), ...companionsOf(place)]);

function companionsOf({ folder, entries, beside }: Place): string[] {
  const names = [...entries.filter(({ name }) => isArgumentsFile(name)).map(({ name }) => name), 'README.md', 'adapter_config.json'];
  return [...new Set([...names.map((name) => path.join(folder, name)), path.join(folder, beside, 'README.md'), path.join(folder, beside, 'adapter_config.json')])];
}

/** @throws ImportError where the state cannot be read at all */
export async function readFolder(place: Place, target: string, options: ReadOptions = {}): Promise<FolderRead> {
  const file = path.join(place.folder, place.stateFile);
  const { text, isWhole, modifiedAt } = await readText(file, options);
  const read = readState(text, place.stateFile);
  if (read.state === undefined) throw new ImportError(`${place.stateFile} is not a trainer's state: ${read.warnings[0]?.message ?? 'it is no JSON object'}`, file, 'If it is being written, try again.');
  const around = await readAround(place);
  const cut = { code: 'too-large', message: `The file is larger than ${LARGEST / 1024 / 1024} MiB; only its beginning was read.`, at: place.stateFile };
  return {
    folder: { path: target, stateFile: place.stateFile, state: read.state, modifiedAt, checkpoints: place.checkpoints, ...around, files: [place.stateFile, ...around.files] },
    warnings: [...(isWhole ? [] : [cut]), ...read.warnings],
    isDamaged: read.isDamaged && isWhole,
  };
}

async function readAround({ folder, entries, beside }: Place): Promise<Pick<TrainerFolder, 'card' | 'adapterBase' | 'config' | 'files' | 'begun'>> {
  const [{ config, files }, events] = await Promise.all([readArguments(folder, entries), argumentsInEvents(folder, entries).catch(() => undefined)]);
  const first = async (name: string): Promise<{ text: string; name: string } | undefined> => {
    for (const place of [...new Set(['.', beside])]) {
      const text = await readSmall(path.join(folder, place, name));
      if (text !== undefined) return { text, name: place === '.' ? name : `${place}/${name}` };
    }
    return undefined;
  };
  const [card, adapter] = await Promise.all([first('README.md'), first('adapter_config.json')]);
  const base = adapter === undefined ? undefined : readJson(adapter.text).value;
  return {
    config: { ...events?.config, ...config },
    ...(events === undefined ? {} : { begun: events.begun }),
    ...(card === undefined ? {} : { card: readCard(card.text) }),
    ...(isObject(base) && typeof base.base_model_name_or_path === 'string' ? { adapterBase: base.base_model_name_or_path } : {}),
    files: [...files, ...(events === undefined ? [] : [events.file]), ...(card === undefined ? [] : [card.name]), ...(adapter === undefined ? [] : [adapter.name])],
  };
}

async function readText(file: string, { signal, onProgress }: ReadOptions): Promise<{ text: string; isWhole: boolean; modifiedAt: number }> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new ImportError(`The state cannot be read: ${error instanceof Error ? error.message : String(error)}`, file, 'Check the path and that you may read it.', error);
  });
  try {
    const { size, mtimeMs } = await handle.stat();
    const length = Math.min(size, LARGEST);
    const bytes = Buffer.allocUnsafe(length);
    let read = 0;
    while (read < length) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(bytes, read, Math.min(CHUNK, length - read), read);
      if (bytesRead === 0) break; // it became shorter meanwhile
      read += bytesRead;
      onProgress?.({ path: file, bytesRead: read, bytesTotal: size });
    }
    return { text: bytes.toString('utf8', 0, read), isWhole: size <= LARGEST, modifiedAt: mtimeMs };
  } finally {
    await handle.close();
  }
}
