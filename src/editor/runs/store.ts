/** All runs below the runs' folders: read when asked, kept up to date by reading only what was added. Knows no vscode. */
import { EventEmitter } from 'node:events';
import path from 'node:path';
import { stat } from 'node:fs/promises';
import type { Run } from '../../core/run/types';
import { findRunDirectories } from '../../runlog';
import type { LogRoots } from '../logs/roots';
import { StudyReader } from '../studies/reader';
import type { StudyState } from '../studies/model/state';
import { ExperimentReader } from './experimentReader';
import { keyOf } from './model/address';
import { changeBetween, isActive, isNothing, type ExperimentState, type RootState, type StoreChange } from './model/state';

export interface RunsRoot {
  readonly path: string;
  /** Name of the workspace folder. */
  readonly folder: string;
}

export class RunStore {
  /** False until the folders have been read once. */
  isRead = false;
  /** Of our own runs. */
  private roots: readonly RootState[] = [];
  /** What was told of last, logs included. */
  private shown: readonly RootState[] = [];
  private readonly readers = new Map<string, ExperimentReader>();
  private readonly studyReader = new StudyReader();
  private readonly emitter = new EventEmitter<{ change: [StoreChange] }>();
  private queue: Promise<void> = Promise.resolve();

  /** `report` is told of whatever could not be read, while the rest goes on. */
  constructor(
    private readonly findRoots: () => readonly RunsRoot[],
    private readonly report: (error: unknown) => void,
    /** Other trainers' logs; left out where there are none. */
    readonly logs?: LogRoots,
  ) {
    // One listener for every panel, the tree and the status bar: more than Node's idea of a leak.
    this.emitter.setMaxListeners(0);
    logs?.onChange(() => this.tell());
  }

  /** All roots, those that only an editor shows too. */
  get state(): readonly RootState[] {
    return this.shown;
  }

  /** Of all roots in the tree. */
  get experiments(): readonly ExperimentState[] {
    return this.shown.flatMap(({ experiments, logs }) => (logs?.isHidden === true ? [] : experiments));
  }

  get studies(): readonly StudyState[] {
    return this.state.flatMap((root) => root.studies ?? []);
  }

  get runs(): readonly Run[] {
    return this.experiments.flatMap((experiment) => experiment.runs);
  }

  root(key: string): RootState | undefined {
    return this.shown.find((root) => root.path === key);
  }

  experiment(key: string): ExperimentState | undefined {
    return this.everything.find((experiment) => experiment.path === key);
  }

  run(key: string): Run | undefined {
    for (const { runs } of this.everything) {
      const run = runs.find((one) => keyOf(one) === key);
      if (run !== undefined) return run;
    }
    return undefined;
  }

  private get everything(): readonly ExperimentState[] {
    return this.shown.flatMap(({ experiments }) => experiments);
  }

  onChange(listener: (change: StoreChange) => void): { dispose(): void } {
    this.emitter.on('change', listener);
    return { dispose: () => void this.emitter.off('change', listener) };
  }

  /** Looks for experiments and runs anew, and reads what was added to each. */
  scan(): Promise<void> {
    // A long log must not hold up our own runs: it tells when it has been read.
    void this.logs?.scan().catch(this.report);
    return this.inTurn(async () => {
      const roots = await Promise.all(this.findRoots().map((root) => this.scanRoot(root)));
      const known = new Set(roots.flatMap((root) => root.experiments.map((experiment) => experiment.path)));
      for (const directory of this.readers.keys()) if (!known.has(directory)) this.readers.delete(directory);
      const first = !this.isRead;
      this.isRead = true;
      this.replace(roots, first);
    });
  }

  /** Reads what was added to these run directories, or to all runs of these experiments; one not known yet needs a `scan`. */
  refresh(directories: ReadonlySet<string>): Promise<void> {
    return this.inTurn(() => this.refreshWhere((experiment) =>
      directories.has(experiment.path) || experiment.runs.some((run) => directories.has(run.path)), directories));
  }

  /** Reads what work is going on: also notices a process that ended without a word. */
  refreshActive(): Promise<void> {
    void this.logs?.refresh().catch(this.report);
    return this.inTurn(() => this.refreshWhere(isActive));
  }

  /** One look at a time; each sees where the one before it ended. */
  private inTurn(look: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(look).catch((error: unknown) => this.report(error));
    return this.queue;
  }

  private async refreshWhere(concerned: (experiment: ExperimentState) => boolean, only?: ReadonlySet<string>): Promise<void> {
    const roots = await Promise.all(
      this.roots.map(async (root) => ({
        ...root,
        experiments: await Promise.all(
          root.experiments.map(async (experiment) => {
            const reader = concerned(experiment) ? this.readers.get(experiment.path) : undefined;
            return reader === undefined ? experiment : reader.refresh(only?.has(experiment.path) === true ? undefined : only);
          }),
        ),
      })),
    );
    this.replace(roots);
  }

  private async scanRoot(root: RunsRoot): Promise<RootState> {
    try {
      const directories = (await isDirectory(root.path)) ? await findRunDirectories(root.path, this.report) : [];
      const byExperiment = new Map<string, string[]>();
      for (const run of directories) byExperiment.set(path.dirname(run), [...(byExperiment.get(path.dirname(run)) ?? []), run]);
      const experiments = await Promise.all([...byExperiment].map(([directory, runs]) => this.readExperiment(directory, root.path, runs)));
      return { ...root, experiments, studies: await this.studyReader.read(root.path), problems: [] };
    } catch (error) {
      this.report(error);
      return { ...root, experiments: [], problems: [error instanceof Error ? error.message : String(error)] };
    }
  }

  private readExperiment(directory: string, root: string, runs: readonly string[]): Promise<ExperimentState> {
    const reader = this.readers.get(directory) ?? new ExperimentReader(directory, root, this.report);
    this.readers.set(directory, reader);
    reader.setRuns(runs);
    return reader.refresh();
  }

  private replace(roots: readonly RootState[], tellAlways = false): void {
    this.roots = roots;
    this.tell(tellAlways);
  }

  private tell(always = false): void {
    const before = { roots: this.shown, experiments: this.everything, studies: this.studies };
    this.shown = [...this.roots, ...(this.logs?.roots ?? [])];
    const change = changeBetween(before.experiments, this.everything);
    if (always || facesOf(before.roots) !== facesOf(this.shown) || !sameItems(before.studies, this.studies)) this.emitter.emit('change', { ...change, structure: true });
    else if (!isNothing(change)) this.emitter.emit('change', change);
  }
}

/** What the rows of roots show. */
const facesOf = (roots: readonly RootState[]): string => JSON.stringify(roots.map(({ path: at, folder, problems, logs }) => [at, folder, problems, logs?.state]));

/** A state that was not read anew is the same object. */
const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean => a.length === b.length && a.every((one, i) => one === b[i]);

/** A folder that is not there yet is no problem: the first run makes it. */
const isDirectory = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (found) => found.isDirectory(),
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
      throw error;
    },
  );
