/** From the paths of a call to the runs that they mean: our own, and where a command takes them, logs of other trainers. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Run } from '../core/run/types';
import { ImportError, readLogs, type Detection, type ForeignSource } from '../importers';
import { DEFAULT_ROOT, findRunDirectories, readRun } from '../runlog';
import { CliError } from './errors';

export { DEFAULT_ROOT };

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
  const own = options.foreign?.source === undefined ? await ownDirectories(given) : [];
  const found = own.length > 1 || own.length === 0 ? undefined : [{ run: await readRun(own[0] ?? '') }];
  // Many runs of our own are not read only to say that they are too many.
  if (own.length > 1 && wanted === undefined) throw tooMany(given, own.map((directory) => path.relative(process.cwd(), directory)), 'Name one of them');
  const loaded = (found ?? (await loadPath(given, options))).filter(({ run }) => wanted === undefined || run.name === wanted || run.id === wanted);
  const [first, ...others] = loaded;
  if (first === undefined) throw new CliError(`No run here is called ${wanted ?? ''}.`, given, 'alignment-gap list shows the runs and their ids.');
  if (others.length === 0) return first;
  const paths = new Set(loaded.map(({ run }) => run.path));
  if (paths.size === loaded.length) throw tooMany(given, [...paths].map((at) => path.relative(process.cwd(), at)), 'Name one of them');
  throw tooMany(given, loaded.map(({ run }) => run.id), 'Choose one with --run');
}

function tooMany(given: string, names: readonly string[], next: string): CliError {
  return new CliError(`One run is needed, and there are ${names.length}.`, given, `${next}: ${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''}`);
}

/** A folder with runs of our own is read for these alone: what lies beside them may well be exported from them. */
async function loadPath(given: string, { onProblem, foreign }: LoadOptions): Promise<LoadedRun[]> {
  const own = foreign?.source === undefined ? await ownDirectories(given, onProblem) : [];
  if (own.length > 0) return readAll(own, onProblem);
  if (foreign === undefined) {
    throw new CliError(
      'There is no run of alignment-gap here, and this command reads no others: of other trainers\' logs there are `show` and `list`.',
      given,
      'Name a run, an experiment or the folder of experiments, or start one with `alignment-gap run`.',
    );
  }
  const { runs, detections, problems } = await readLogs(path.resolve(given), foreign);
  for (const problem of problems) onProblem?.(new ImportError(problem, given, 'Check it, or name the other logs one by one.'));
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

async function ownDirectories(given: string, onProblem?: OnProblem): Promise<string[]> {
  const target = path.resolve(given);
  try {
    if ((await stat(target)).isFile()) return [];
  } catch (error) {
    throw new CliError(`It cannot be read: ${(error as Error).message}`, given, 'Check the path; `alignment-gap list` shows what is there.');
  }
  return findRunDirectories(target, onProblem);
}
