/** Small text files next to a log that say how it came about: arguments and model cards. Pickles are never opened. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { LookEntry } from './contract';
import { beginningOf } from './files';
import { readJson } from './json';
import { isObject } from './values';
import { readYaml } from './yaml';

const LARGEST = 1024 * 1024;
const MOST_FILES = 8;
/** Of the model and its tokenizer, not of the training. */
const NOT_ARGUMENTS = /^(config|generation_config|tokenizer.*|special_tokens.*|preprocessor_config|vocab|added_tokens|adapter_config|trainer_state|(all|train|eval)_results|package|tsconfig|.*\.mapping)\.json$/i;
const ARGUMENTS = /(args|arguments|config|hparams|hyper_?parameters|params|recipe|training|setup)[\w-]*\.(json|ya?ml)$/i;
const YAML = /\.ya?ml$/i;

export interface Arguments {
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the files, later ones before earlier ones where both have a key. */
  readonly files: readonly string[];
}

export const isArgumentsFile = (name: string): boolean => ARGUMENTS.test(name) && !NOT_ARGUMENTS.test(name);

/** The arguments in a folder. Where two files have a key, the one whose name comes first wins. */
export async function readArguments(folder: string, entries: readonly LookEntry[]): Promise<Arguments> {
  const names = entries.filter(({ name, kind }) => kind === 'file' && isArgumentsFile(name)).map(({ name }) => name).slice(0, MOST_FILES);
  const read = await Promise.all(names.map(async (name) => ({ name, config: await readConfig(path.join(folder, name)) })));
  const found = read.flatMap(({ name, config }) => (config === undefined ? [] : [{ name, config }]));
  return { config: Object.assign({}, ...found.map(({ config }) => config).reverse()) as Record<string, unknown>, files: found.map(({ name }) => name) };
}

async function readConfig(file: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await readSmall(file);
  if (text === undefined) return undefined;
  if (YAML.test(file)) return readYaml(text);
  const { value } = readJson(text);
  return isObject(value) ? value : undefined;
}

/** The text of a file that is small and there; undefined otherwise. */
export async function readSmall(file: string, largest = LARGEST): Promise<string | undefined> {
  try {
    const found = await stat(file);
    // A pipe would never end.
    if (!found.isFile() || found.size > largest) return undefined;
    return (await beginningOf(file, found.size)).toString('utf8');
  } catch {
    // What lies around a log only adds to it.
    return undefined;
  }
}
