/** A folder or file as detection sees it. Bounded: a folder of a million files must not stop anybody. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { readAdvice } from '../runlog/errors';
import type { Detection, Look, LookEntry } from './contract';
import { ImportError } from './errors';
import { beginningOf } from './files';

export const HEAD_BYTES = 64 * 1024;
/** Entries of one folder beyond this are not looked at. */
const MOST_ENTRIES = 5000;

/** @throws ImportError where the path cannot be read */
export async function lookAt(target: string): Promise<Look> {
  const at = path.resolve(target);
  try {
    const found = await stat(at);
    return found.isDirectory() ? folderLook(at, await entriesOf(at)) : fileLook(at);
  } catch (error) {
    throw new ImportError(`The log cannot be read: ${error instanceof Error ? error.message : String(error)}`, at, readAdvice(error), error);
  }
}

/**
 * Claims on the file that is looked at, or on each file directly in the folder whose name may be one.
 * @param claim gets the file's absolute path and its beginning; a file looked at by itself may have any name
 */
export async function claimsOnFiles(look: Look, isMaybe: (name: string) => boolean, claim: (file: string, head: Buffer) => Detection[]): Promise<Detection[]> {
  if (look.kind === 'file') return claim(look.path, await look.head());
  const names = look.entries.filter(({ name, kind }) => kind === 'file' && isMaybe(name)).map(({ name }) => name);
  return (await Promise.all(names.map(async (name) => claim(path.join(look.path, name), await look.head(name))))).flat();
}

function fileLook(at: string): Look {
  const head = once(() => headOf(at));
  return { path: at, kind: 'file', entries: [], head: (name) => (name === undefined ? head() : Promise.resolve(Buffer.alloc(0))), inside: () => Promise.resolve([]) };
}

function folderLook(at: string, entries: readonly LookEntry[]): Look {
  const heads = new Map<string, Promise<Buffer>>();
  const folders = new Map<string, Promise<readonly LookEntry[]>>();
  return {
    path: at,
    kind: 'folder',
    entries,
    head: (name = '') => remember(heads, name, () => headOf(path.join(at, name))),
    inside: (name) => remember(folders, name, () => entriesOf(path.join(at, name)).catch(() => [])),
  };
}

function remember<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let value: Promise<T> | undefined;
  return () => (value ??= make());
};

const natural = new Intl.Collator('en', { numeric: true });

async function entriesOf(folder: string): Promise<readonly LookEntry[]> {
  const found = (await readdir(folder, { withFileTypes: true })).slice(0, MOST_ENTRIES);
  const entries = await Promise.all(found.map(async (entry): Promise<LookEntry | undefined> => {
    if (entry.isDirectory()) return { name: entry.name, kind: 'folder' };
    if (entry.isFile()) return { name: entry.name, kind: 'file' };
    if (!entry.isSymbolicLink()) return undefined; // a pipe or a device would never end
    const target = await stat(path.join(folder, entry.name)).catch(() => undefined);
    // A link to a folder may lead round in a circle (W&B's latest-run does lead to a sibling): only the sibling is read.
    return target?.isFile() === true ? { name: entry.name, kind: 'file' } : undefined;
  }));
  return entries.filter((entry) => entry !== undefined).sort((a, b) => natural.compare(a.name, b.name));
}

async function headOf(file: string): Promise<Buffer> {
  try {
    // A pipe would block the open for ever.
    return (await stat(file)).isFile() ? await beginningOf(file, HEAD_BYTES) : Buffer.alloc(0);
  } catch {
    // Not detected is the answer; opening the log by name still tells why it cannot be read.
    return Buffer.alloc(0);
  }
}
