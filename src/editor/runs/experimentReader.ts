/** One experiment's directory, read incrementally. */
import path from 'node:path';
import { stageId } from '../../core/experiment/stages';
import type { ExperimentManifest, StageEvent } from '../../core/run/events';
import type { Run } from '../../core/run/types';
import { JsonlTail, livingOrchestrator, LiveRun, readExperimentManifest, STAGES_FILE } from '../../runlog';
import { sameStages, stagedConfigs, stageViews } from './model/stages';
import type { ExperimentState } from './model/state';

export class ExperimentReader {
  private readonly tail: JsonlTail<StageEvent>;
  private readonly stages = new Map<string, StageEvent>();
  private live = new Map<string, LiveRun>();
  private readonly read = new Map<string, Run>();
  private state: ExperimentState | undefined;

  constructor(
    readonly directory: string,
    private readonly root: string,
    private readonly report: (error: unknown) => void,
  ) {
    this.tail = new JsonlTail(path.join(directory, STAGES_FILE));
  }

  /** Which runs there are; those known already go on from where they were. */
  setRuns(directories: readonly string[]): void {
    this.live = new Map(directories.map((directory) => [directory, this.live.get(directory) ?? new LiveRun(directory)]));
    for (const known of this.read.keys()) if (!this.live.has(known)) this.read.delete(known);
  }

  /** The same object as before where nothing has changed. `only`: the run directories to look at; by default all. */
  async refresh(only?: ReadonlySet<string>): Promise<ExperimentState> {
    await Promise.all([...this.live].filter(([directory]) => only?.has(directory) ?? true).map(([directory, run]) => this.readRun(directory, run)));
    const manifest = await readExperimentManifest(this.directory).catch(() => undefined);
    await this.readStages();
    const isOrchestrated = manifest !== undefined && (await livingOrchestrator(this.directory, manifest)) !== undefined;
    return (this.state = this.keepIfSame(this.collect(manifest, isOrchestrated)));
  }

  /** A run that cannot be read is said in the output channel and leaves the others alone. */
  private async readRun(directory: string, run: LiveRun): Promise<void> {
    try {
      this.read.set(directory, await run.refresh());
    } catch (error) {
      this.report(error);
    }
  }

  private async readStages(): Promise<void> {
    try {
      const { values, restarted } = await this.tail.read();
      if (restarted) this.stages.clear();
      for (const event of values) this.stages.set(stageId(event), event);
    } catch (error) {
      this.report(error);
    }
  }

  private collect(manifest: ExperimentManifest | undefined, isOrchestrated: boolean): ExperimentState {
    const order = new Map((manifest?.runs ?? []).map((name, index) => [path.join(this.directory, name), index]));
    const rank = (run: Run) => order.get(run.path) ?? order.size;
    const runs = [...this.live.keys()].flatMap((directory) => this.read.get(directory) ?? []).sort((a, b) => rank(a) - rank(b));
    const active = isOrchestrated || runs.some((run) => run.status === 'running');
    const configs = stagedConfigs(runs);
    return {
      path: this.directory,
      name: manifest?.name ?? path.basename(this.directory),
      root: this.root,
      runs,
      // Without events there were none to compute (a copied run), or none has begun yet.
      stages: configs.length > 0 && (this.stages.size > 0 || (active && runs.every((run) => run.status === 'queued'))) ? stageViews(configs, [...this.stages.values()], active) : [],
      isOrchestrated,
      isAbandoned: manifest?.orchestrator !== undefined && !isOrchestrated,
    };
  }

  private keepIfSame(next: ExperimentState): ExperimentState {
    const { state } = this;
    if (state === undefined) return next;
    const sameRuns = state.runs.length === next.runs.length && state.runs.every((run, i) => run === next.runs[i]);
    const same = sameRuns && state.name === next.name && state.isOrchestrated === next.isOrchestrated && state.isAbandoned === next.isAbandoned && sameStages(state.stages, next.stages);
    return same ? state : next;
  }
}
