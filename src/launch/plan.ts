/** From an experiment file to run directories on disk: written once, found again, never overwritten. */
import { access, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expandExperiment, type PlannedRun } from '../core/experiment/expand';
import { parseExperiment } from '../core/experiment/parse';
import type { Experiment } from '../core/experiment/schema';
import { RUN_FORMAT, type ExperimentManifest, type RunManifest } from '../core/run/events';
import { EXPERIMENT_FILE, readExperimentManifest, readManifest, RUN_FILE, writeFileAtomic } from '../runlog';
import { codeCommit } from './commit';
import { ExperimentFileError, LaunchError } from './errors';
import { VERSION } from './version';

export interface PlanRequest {
  /** The experiment file; also where a relative `pairs` path starts. */
  readonly file: string;
  /** The file's text, where it is not the one on disk (an editor's unsaved changes). */
  readonly text?: string;
  /** Where the experiment's directory goes. */
  readonly root: string;
  /**
   * An experiment of this name whose runs are equal where both have them is the same one with other seeds: what it lacks is
   * planned in addition, and what it has besides is left alone. Otherwise only the very same runs are the same experiment.
   */
  readonly mayGrow?: boolean;
}

export interface ExperimentPlan {
  /** The directory's name: the experiment's, with `-2`, `-3` … when another experiment has taken it. */
  readonly name: string;
  readonly directory: string;
  readonly runs: readonly PlannedRun[];
  /** The experiment was there already, with the same configuration: its unfinished runs are gone on with. */
  readonly isContinued: boolean;
  /** False when only some of the experiment's runs are meant. */
  readonly isWhole: boolean;
  readonly notes: readonly string[];
}

/**
 * Reads and expands the experiment and writes `experiment.json` and each run's `run.json`.
 * @throws ExperimentFileError with line and column; LaunchError for files that cannot be read or written.
 */
export async function planExperiment(request: PlanRequest): Promise<ExperimentPlan> {
  const file = path.resolve(request.file);
  const experiment = await readExperiment(request);
  const root = path.resolve(request.root);
  for (let copy = 1; ; copy += 1) {
    const name = copy === 1 ? experiment.name : `${experiment.name}-${copy}`;
    const directory = path.join(root, name);
    const runs = expandExperiment({ ...experiment, name }, (pairs) => resolvePairs(file, pairs));
    if (!(await exists(directory))) {
      await writePlan({ file, directory, name, runs });
      const notes = copy === 1 ? [] : [`${path.join(root, experiment.name)} holds another configuration and is left as it is; this one goes to ${directory}.`];
      return { name, directory, runs, isContinued: false, isWhole: true, notes };
    }
    if (await holdsSame(directory, runs)) {
      return { name, directory, runs, isContinued: true, isWhole: true, notes: [`${directory} holds this very experiment: unfinished runs go on, finished ones are kept.`] };
    }
    if (request.mayGrow === true && (await grown({ file, directory, name, runs }))) return { name, directory, runs, isContinued: true, isWhole: true, notes: [] };
  }
}

/**
 * What `planExperiment` would answer with `mayGrow`; nothing is written, and runs of the plan may have no directory yet.
 * @throws ExperimentFileError, LaunchError
 */
export async function previewExperiment(request: PlanRequest): Promise<ExperimentPlan> {
  const file = path.resolve(request.file);
  const experiment = await readExperiment(request);
  for (let copy = 1; ; copy += 1) {
    const name = copy === 1 ? experiment.name : `${experiment.name}-${copy}`;
    const directory = path.join(path.resolve(request.root), name);
    const runs = expandExperiment({ ...experiment, name }, (pairs) => resolvePairs(file, pairs));
    const isContinued = await exists(directory);
    if (!isContinued || (await missingRuns({ file, directory, name, runs })) !== undefined) return { name, directory, runs, isContinued, isWhole: true, notes: [] };
  }
}

/** The experiment of a file, checked; nothing is written. @throws as `planExperiment` for files that cannot be read. */
export async function readExperiment(request: Pick<PlanRequest, 'file' | 'text'>): Promise<Experiment> {
  const file = path.resolve(request.file);
  const experiment = parse(file, request.text ?? (await readText(file)));
  await checkPairs(experiment, file);
  return experiment;
}

/** The runs that a file stands for. */
export const runsOf = (experiment: Experiment, file: string): PlannedRun[] => expandExperiment(experiment, (pairs) => resolvePairs(path.resolve(file), pairs));

/** The plan of an experiment that is on disk already, all its runs or those named in `only`. */
export async function openPlan(directory: string, only?: readonly string[]): Promise<ExperimentPlan> {
  const manifest = await readExperimentManifest(directory);
  const names = manifest.runs.filter((name) => only === undefined || only.includes(name));
  const runs = await Promise.all(
    names.map(async (name) => ({ name, config: (await readManifest(path.join(directory, name))).config })),
  );
  return { name: manifest.name, directory, runs, isContinued: true, isWhole: names.length === manifest.runs.length, notes: [] };
}

const resolvePairs = (file: string, pairs: string) => path.resolve(path.dirname(file), pairs);

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new LaunchError(`The experiment file cannot be read: ${(error as Error).message}`, file, 'Check the path, or copy a template from media/templates.', { cause: error });
  }
}

function parse(file: string, text: string): Experiment {
  const parsed = parseExperiment(text);
  if (!parsed.ok) throw new ExperimentFileError(file, parsed.problems);
  return parsed.experiment;
}

/** A missing pairs file is said before anything is written, not by the first stage minutes later. */
async function checkPairs({ task }: Experiment, file: string): Promise<void> {
  if (typeof task === 'string') return;
  const pairs = resolvePairs(file, task.pairs);
  try {
    await access(pairs);
  } catch (error) {
    throw new LaunchError(`The preference pairs cannot be read: ${(error as Error).message}`, pairs, `"task.pairs" of ${file} is relative to that file; correct it.`, { cause: error });
  }
}

const exists = (file: string) => stat(file).then(() => true, () => false);

/** Whether `directory` is an experiment of ours with exactly these runs and configurations. */
async function holdsSame(directory: string, runs: readonly PlannedRun[]): Promise<boolean> {
  try {
    const there = await openPlan(directory);
    const byName = new Map(there.runs.map((run) => [run.name, run.config]));
    // Compared as JSON values, for that is what a manifest can hold.
    return byName.size === runs.length && runs.every(({ name, config }) => isDeepStrictEqual(byName.get(name), JSON.parse(JSON.stringify(config))));
  } catch {
    // Not ours, or not readable: in either case not to be touched.
    return false;
  }
}

/** Plans what the directory lacks of these runs; false, with nothing written, where it is not ours or has one of them with other settings. */
async function grown(wanted: NewExperiment): Promise<boolean> {
  const missing = await missingRuns(wanted);
  if (missing === undefined) return false;
  if (missing.length > 0) await writePlan({ ...wanted, runs: missing }, await readExperimentManifest(wanted.directory));
  return true;
}

/** What the directory lacks of these runs; undefined where it is not ours or has one of them with other settings. */
async function missingRuns({ directory, runs }: NewExperiment): Promise<readonly PlannedRun[] | undefined> {
  const there = await openPlan(directory).catch(() => undefined);
  if (there === undefined) return undefined;
  const byName = new Map(there.runs.map((run) => [run.name, run.config]));
  const isSame = ({ name, config }: PlannedRun): boolean => !byName.has(name) || isDeepStrictEqual(byName.get(name), JSON.parse(JSON.stringify(config)));
  return runs.every(isSame) ? runs.filter(({ name }) => !byName.has(name)) : undefined;
}

interface NewExperiment {
  readonly file: string;
  readonly directory: string;
  readonly name: string;
  readonly runs: readonly PlannedRun[];
}

/**
 * Runs first, the experiment's manifest last: an experiment directory with a manifest is complete.
 * @param before of the experiment that these runs are added to
 */
async function writePlan({ file, directory, name, runs }: NewExperiment, before?: ExperimentManifest): Promise<void> {
  const createdAt = new Date().toISOString();
  const commit = await codeCommit(path.dirname(file));
  try {
    for (const run of runs) {
      const manifest: RunManifest = {
        format: RUN_FORMAT,
        id: `${name}/${run.name}`,
        name: run.name,
        experiment: name,
        config: run.config,
        extensionVersion: VERSION,
        ...(commit === undefined ? {} : { codeCommit: commit }),
        launcher: 'local',
        createdAt,
      };
      await mkdir(path.join(directory, run.name), { recursive: true });
      await writeFileAtomic(path.join(directory, run.name, RUN_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
    }
    const experiment: ExperimentManifest = {
      format: 'alignment-gap/experiment-directory@1',
      name,
      source: file,
      createdAt,
      ...before,
      runs: [...(before?.runs ?? []), ...runs.map((run) => run.name)],
    };
    await writeFileAtomic(path.join(directory, EXPERIMENT_FILE), `${JSON.stringify(experiment, null, 2)}\n`);
  } catch (error) {
    throw new LaunchError(`The experiment's directory cannot be written: ${(error as Error).message}`, directory, 'Choose another place with --out, or free some space.', { cause: error });
  }
}
