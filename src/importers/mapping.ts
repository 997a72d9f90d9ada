/**
 * What a user says that the columns of a plain table mean: `<log>.mapping.json` next to the log. Read by hand rather than by
 * schema, so that one wrong field loses the field, not the mapping.
 */
import path from 'node:path';
import { METRICS, type MetricName } from '../core/run/metrics';
import type { RunWarning, Sampling } from '../core/run/types';
import { readSmall } from './companions';
import type { MappedColumn, Mapping } from './contract';
import { versionOf } from './files';
import { readJson } from './json';
import { isObject } from './values';

export interface MappingRead {
  readonly mapping: Mapping | undefined;
  readonly warnings: readonly RunWarning[];
  readonly version: string;
}

/** `metrics.csv` → `metrics.csv.mapping.json`, else `metrics.mapping.json`. */
export function mappingFilesOf(log: string): readonly string[] {
  return [`${log}.mapping.json`, path.join(path.dirname(log), `${path.basename(log, path.extname(log))}.mapping.json`)];
}

/** @param before what was read last: the same object comes back where no file has changed */
export async function readMappingBeside(log: string, before: MappingRead): Promise<MappingRead> {
  const files = mappingFilesOf(log);
  const version = await versionOf(files);
  if (version === before.version) return before;
  for (const file of files) {
    const text = await readSmall(file);
    if (text !== undefined) return { ...parseMapping(text, path.basename(file)), version };
  }
  return { mapping: undefined, warnings: [], version };
}

/** Never throws: what is wrong is told and left out. */
export function parseMapping(text: string, file: string): Omit<MappingRead, 'version'> {
  const { value, damage } = readJson(text);
  const warnings: RunWarning[] = [];
  const warn = (message: string, at = file): void => void warnings.push({ code: 'mapping', message, at });
  if (damage !== undefined) warn(`The mapping is not valid JSON: ${damage.message}`, `${file}:${damage.line}:${damage.column}`);
  if (!isObject(value)) return { mapping: undefined, warnings };
  const metrics = isObject(value.metrics) ? Object.entries(value.metrics) : [];
  if (value.metrics !== undefined && !isObject(value.metrics)) warn('"metrics" must be an object of metric names and columns');
  const mapping = {
    ...texts(value, ['step', 'run', 'objective', 'name']),
    ...numbers(value, ['beta', 'seed']),
    ...(isSampling(value.sampling) ? { sampling: value.sampling } : {}),
    metrics: Object.fromEntries(metrics.flatMap(([name, given]) => columnOf(name, given, warn))),
  };
  // `columns` only lists what there is to choose from.
  for (const key of Object.keys(value)) if (!Object.hasOwn(mapping, key) && key !== 'columns') warn(`"${key}" is not known, or not of the right kind, and is left out`);
  return { mapping, warnings };
}

function columnOf(name: string, given: unknown, warn: (message: string) => void): [MetricName, string | MappedColumn][] {
  if (!Object.hasOwn(METRICS, name)) {
    warn(`"${name}" is no metric; there are ${Object.keys(METRICS).join(', ')}`);
    return [];
  }
  if (typeof given === 'string') return [[name as MetricName, given]];
  if (isObject(given) && typeof given.column === 'string') {
    return [[name as MetricName, { column: given.column, ...texts(given, ['estimator', 'n', 'low', 'high']), ...numbers(given, ['scale']) }]];
  }
  warn(`"metrics.${name}" must name a column, or be an object with "column"`);
  return [];
}

const SAMPLINGS: readonly string[] = ['online', 'offline', 'semi-online', 'mixed', 'unknown'] satisfies readonly Sampling[];
const isSampling = (value: unknown): value is Sampling => typeof value === 'string' && SAMPLINGS.includes(value);

const texts = <K extends string>(value: Readonly<Record<string, unknown>>, keys: readonly K[]): Partial<Record<K, string>> =>
  Object.fromEntries(keys.filter((key) => typeof value[key] === 'string').map((key) => [key, value[key]])) as Partial<Record<K, string>>;
const numbers = <K extends string>(value: Readonly<Record<string, unknown>>, keys: readonly K[]): Partial<Record<K, number>> =>
  Object.fromEntries(keys.filter((key) => Number.isFinite(value[key])).map((key) => [key, value[key]])) as Partial<Record<K, number>>;
