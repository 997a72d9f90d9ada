/** From the paths of a call to the runs that they mean: our own, and where a command takes them, logs of other trainers. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Option } from 'commander';
import type { Run } from '../core/run/types';
import { ImportError, readLogs, READABLE_SOURCES, type Detection, type ForeignSource } from '../importers';
import { DEFAULT_ROOT, findRunDirectories, readRun } from '../runlog';
import { CliError } from './errors';

export { DEFAULT_ROOT };

export const sourceOption = (): Option => new Option('--source <source>', 'read logs of this kind only').choices(READABLE_SOURCES);

/** What `--source` says, as `loadRun` and `loadRuns` take it. */
export const foreignFrom = (source: ForeignSource | undefined): Required<Pick<LoadOptions, 'foreign'>> => ({ foreign: source === undefined ? {} : { source } });

/** Told of what cannot be read while the rest is; without it, the first problem is thrown, for a result must not be silently short. */
export type OnProblem = (error: unknown) => void;

export interface LoadOptions {
  readonly onProblem?: OnProblem;
  /** Read logs of other trainers too; with a source, nothing but logs of that one. */
  readonly foreign?: { readonly source?: ForeignSource };
}

/** A run, and for a foreign one why its log was taken for what it is. */
export interface LoadedRun {
  readonly run: Run;
  readonly detection?: Detection;
}

/** All runs under the paths (roots, experiments, runs, foreign logs), each once, in the order of the paths. @throws CliError, ImportError: exit 1. */
export async function loadRuns(paths: readonly string[], options: LoadOptions = {}): Promise<Run[]> {
  const runs = new Map<string, Run>();
  for (const given of paths) for (const { run } of await loadPath(given, options)) runs.set(run.path + run.id, run);
  return [...runs.values()];
}

export interface PickOptions extends Pick<LoadOptions, 'foreign'> {
  /** The name or id of one of several runs, where their path is the same. */
  readonly run?: string;
}

/** Exactly one run. @throws CliError, ImportError: exit 1, also when the path holds several. */
export async function loadRun(given: string, { run: wanted, ...options }: PickOptions = {}): Promise<LoadedRun> {
  const own = await ownDirectories(given, options);
  // Many runs of our own are not read only to say that they are too many.
  if (own.length > 1 && wanted === undefined) throw tooMany(given, own.map((directory) => path.relative(process.cwd(), directory)), 'Name one of them');
  const found = own.length === 0 ? await loadForeign(given, { ...options, onProblem: passOver }) : await readAll(own, own.length === 1 ? undefined : passOver);
  const loaded = found.filter(({ run }) => wanted === undefined || run.name === wanted || run.id === wanted);
  const [first, ...others] = loaded;
  if (first === undefined) throw new CliError(`No run here is called ${wanted ?? ''}.`, given, 'alignment-gap list shows the runs and their ids.');
  if (others.length === 0) return first;
  const paths = new Set(loaded.map(({ run }) => run.path));
  if (paths.size === loaded.length) throw tooMany(given, [...paths].map((at) => path.relative(process.cwd(), at)), 'Name one of them');
  throw tooMany(given, loaded.map(({ run }) => run.id), 'Choose one with --run');
}

/** One log is wanted, and it can be read: what is amiss with others does not matter. */
const passOver = (): void => undefined;

function tooMany(given: string, names: readonly string[], next: string): CliError {
  return new CliError(`One run is needed, and there are ${names.length}.`, given, `${next}: ${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''}`);
}

/** A folder with runs of our own is read for these alone: what lies beside them may well be exported from them. */
async function loadPath(given: string, options: LoadOptions): Promise<LoadedRun[]> {
  const own = await ownDirectories(given, options);
  return own.length > 0 ? readAll(own, options.onProblem) : loadForeign(given, options);
}

async function loadForeign(given: string, { onProblem, foreign }: LoadOptions): Promise<LoadedRun[]> {
  if (foreign === undefined) {
    throw new CliError(
      'There is no run of alignment-gap here, and other trainers\' logs cannot be stopped.',
      given,
      'Name a run, an experiment or the folder of experiments, or start one with `alignment-gap run`.',
    );
  }
  const { runs, detections, problems } = await readLogs(path.resolve(given), foreign);
  for (const problem of problems) {
    const error = new ImportError(problem, given, 'Check it, or name the other logs one by one.');
    if (onProblem === undefined) throw error;
    onProblem(error);
  }
  const reasons = new Map(detections.flatMap(([chosen]) => (chosen === undefined ? [] : [[chosen.path, chosen] as const])));
  return runs.map((run) => {
    const detection = reasons.get(run.path);
    return { run, ...(detection === undefined ? {} : { detection }) };
  });
}

async function readAll(directories: readonly string[], onProblem?: OnProblem): Promise<LoadedRun[]> {
  const runs = directories.map(async (directory) => {
    try {
      return { run: await readRun(directory) };
    } catch (error) {
      if (onProblem === undefined) throw error;
      onProblem(error);
      return undefined;
    }
  });
  return (await Promise.all(runs)).filter((run) => run !== undefined);
}

/** None where only logs of one other trainer are wanted. */
async function ownDirectories(given: string, { onProblem, foreign }: LoadOptions): Promise<string[]> {
  if (foreign?.source !== undefined) return [];
  const target = path.resolve(given);
  try {
    if ((await stat(target)).isFile()) return [];
  } catch (error) {
    throw new CliError(`It cannot be read: ${(error as Error).message}`, given, 'Check the path; `alignment-gap list` shows what is there.');
  }
  return findRunDirectories(target, onProblem);
}
