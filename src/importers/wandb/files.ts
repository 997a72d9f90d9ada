/** The plain files that W&B writes beside its binary log: the last values, and the configuration. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RunWarning } from '../../core/run/types';
import { parseYaml } from '../yamlText';

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
    try {
      const text = await textOf(path.join(folder, name));
      return text === undefined ? new Map() : asMap(parse(text));
    } catch (error) {
      warnings.push({ code: 'unreadable-file', message: `It cannot be read: ${error instanceof Error ? error.message.split('\n')[0] ?? '' : String(error)}.`, at: name });
      return new Map();
    }
  };
  const summary = await read('wandb-summary.json', (text) => JSON.parse(nonFiniteAsText(text)) as unknown);
  return { summary, config: configOf(await read('config.yaml', parseYaml)), warnings };
}

async function textOf(file: string): Promise<string | undefined> {
  const size = await stat(file).then((found) => (found.isFile() ? found.size : undefined), () => undefined);
  if (size === undefined) return undefined;
  if (size > LARGEST) throw new Error(`it has ${size} bytes, more than the ${LARGEST} that are read`);
  return readFile(file, 'utf8');
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
  typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : new Map<string, unknown>();

/** Python writes bare NaN and Infinity; outside strings they become text, which `numberIn` reads. */
const nonFiniteAsText = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (token) => (token.startsWith('"') ? token : `"${token}"`));
