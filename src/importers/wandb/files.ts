/** The plain files that W&B writes beside its binary log: the last values, and the configuration. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RunWarning } from '../../core/run/types';
import { isObject } from '../values';
import { readYaml } from '../yaml';
import { parseValue } from './json';

/** Of a summary or a configuration; larger ones hold whole tables. */
const LARGEST = 16 * 1024 * 1024;

export interface PlainFiles {
  readonly summary: ReadonlyMap<string, unknown>;
  readonly config: ReadonlyMap<string, unknown>;
  readonly warnings: readonly RunWarning[];
}

/** @param folder `files` of a run; what is not there is left out */
export async function readPlainFiles(folder: string): Promise<PlainFiles> {
  const warnings: RunWarning[] = [];
  const read = async (name: string, parse: (text: string) => unknown): Promise<Map<string, unknown>> => {
    const text = await textOf(path.join(folder, name));
    if (text === undefined) return new Map();
    const value = text === TOO_LARGE ? undefined : parse(text);
    if (value !== undefined) return asMap(value);
    const why = text === TOO_LARGE ? `it is larger than ${LARGEST / 2 ** 20} MiB` : 'it is cut off or no such file';
    warnings.push({ code: 'unreadable-file', message: `${name} was not read: ${why}.`, at: name });
    return new Map();
  };
  const summary = await read('wandb-summary.json', parseValue);
  return { summary, config: configOf(await read('config.yaml', readYaml)), warnings };
}

const TOO_LARGE = Symbol('too large');

/** Undefined where there is no file, or it vanished. */
async function textOf(file: string): Promise<string | typeof TOO_LARGE | undefined> {
  const size = await stat(file).then((found) => (found.isFile() ? found.size : undefined), () => undefined);
  if (size === undefined) return undefined;
  return size > LARGEST ? TOO_LARGE : readFile(file, 'utf8').catch(() => undefined);
}

/** `{ key: { desc, value } }`; W&B's own entries are left out. */
function configOf(raw: ReadonlyMap<string, unknown>): Map<string, unknown> {
  const config = new Map<string, unknown>();
  for (const [key, entry] of raw) {
    if (key === '_wandb' || key === 'wandb_version') continue;
    config.set(key, typeof entry === 'object' && entry !== null && 'value' in entry ? entry.value : entry);
  }
  return config;
}

const asMap = (value: unknown): Map<string, unknown> =>
  new Map(isObject(value) ? Object.entries(value) : []);
