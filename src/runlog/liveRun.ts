/** A run directory as a canonical `Run`, kept up to date by reading only what was added. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { collectRun, type CollectInput } from '../core/run/collect';
import type { ExperimentManifest, RunEvent, RunManifest } from '../core/run/events';
import type { Run, RunWarning } from '../core/run/types';
import { eventLine } from './eventLine';
import { JsonlTail, type LineProblem } from './jsonlTail';
import { readExperimentManifest, readRunManifest } from './manifests';
import { livingOrchestrator } from './orchestrator';
import { EXPERIMENT_FILE, experimentDirectoryOf, METRICS_FILE, RUN_FILE } from './paths';
import { isAlive } from './process';
import { WhenChanged } from './whenChanged';

/** More would help nobody; how many there were is said. */
const MOST_WARNINGS = 100;

export class LiveRun {
  readonly directory: string;
  private readonly tail: JsonlTail<RunEvent>;
  private readonly manifest: WhenChanged<RunManifest>;
  private readonly experiment: WhenChanged<ExperimentManifest>;
  private events: RunEvent[] = [];
  private problems: LineProblem[] = [];
  private run: Run | undefined;
  private signature = '';
  private queue: Promise<unknown> = Promise.resolve();

  constructor(runDirectory: string) {
    this.directory = path.resolve(runDirectory);
    const experiment = experimentDirectoryOf(this.directory);
    this.tail = new JsonlTail(path.join(this.directory, METRICS_FILE), eventLine);
    this.manifest = new WhenChanged(path.join(this.directory, RUN_FILE), () => readRunManifest(this.directory));
    this.experiment = new WhenChanged(path.join(experiment, EXPERIMENT_FILE), () => readExperimentManifest(experiment));
  }

  /** The same object as before where nothing has changed. @throws RunLogError; the next call tries again */
  refresh(): Promise<Run> {
    // One at a time: each must see where the one before it ended.
    const next = this.queue.then(() => this.look());
    this.queue = next.catch(() => undefined);
    return next;
  }

  private async look(): Promise<Run> {
    const manifest = await this.manifest.get();
    const { values, problems, restarted } = await this.tail.read();
    if (restarted) [this.events, this.problems] = [[], []];
    for (const event of values) this.keep(event);
    this.problems.push(...problems);
    const state = await this.processState();
    const signature = `${this.manifest.version} ${state.process} ${state.orchestratorAlive}`;
    const changed = restarted || values.length > 0 || problems.length > 0 || signature !== this.signature;
    this.signature = signature;
    if (this.run === undefined || changed) {
      this.run = collectRun({ manifest, path: this.directory, events: this.events, warnings: warningsOf(this.problems), ...state });
    }
    return this.run;
  }

  /** Of a stretch of progress events only the last counts: a long run stays short in memory. */
  private keep(event: RunEvent): void {
    if (event.event === 'progress' && this.events.at(-1)?.event === 'progress') this.events.pop();
    this.events.push(event);
  }

  private async processState(): Promise<Pick<CollectInput, 'process' | 'orchestratorAlive'>> {
    const started = this.events.findLast((event) => event.event === 'started');
    // Once a run has started, only its own process counts.
    if (started === undefined) return { process: 'never-started', orchestratorAlive: await this.isAwaited() };
    const alive = isAlive(started, await lastWritten(this.tail.path));
    return { process: alive ? 'alive' : 'gone', orchestratorAlive: false };
  }

  /** A run may lie alone, without an experiment around it. */
  private async isAwaited(): Promise<boolean> {
    const experiment = await this.experiment.get().catch(() => undefined);
    return experiment !== undefined && (await livingOrchestrator(experimentDirectoryOf(this.directory), experiment)) !== undefined;
  }
}

function warningsOf(problems: readonly LineProblem[]): RunWarning[] {
  const shown = problems
    .slice(0, MOST_WARNINGS)
    .map(({ line, message }) => ({ code: 'log-line', message, at: `${METRICS_FILE}:${line}` }));
  const more = problems.length - shown.length;
  return more > 0 ? [...shown, { code: 'log-line', message: `${more} more lines with problems are not listed`, at: METRICS_FILE }] : shown;
}

async function lastWritten(file: string): Promise<number | undefined> {
  // A log removed this very moment has no time; the next look finds it gone.
  return stat(file).then(({ mtimeMs }) => mtimeMs, () => undefined);
}
