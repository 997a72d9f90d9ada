/** Looks at an experiment's directory while it runs, and tells what has changed. */
import path from 'node:path';
import { stageId } from '../core/experiment/stages';
import type { StageEvent } from '../core/run/events';
import type { Run } from '../core/run/types';
import { JsonlTail, LiveRun, STAGES_FILE } from '../runlog';
import type { LaunchEvent } from './events';

export const POLL_MS = 500;

export class ExperimentWatch {
  private readonly stages: JsonlTail<StageEvent>;
  private readonly latest = new Map<string, StageEvent>();
  private readonly live = new Map<string, { readonly run: LiveRun; seen: string }>();
  private timer: NodeJS.Timeout | undefined;
  private complained = false;
  private polling: Promise<void> = Promise.resolve();

  constructor(
    private readonly directory: string,
    private readonly emit: (event: LaunchEvent) => void,
  ) {
    this.stages = new JsonlTail<StageEvent>(path.join(directory, STAGES_FILE));
  }

  /** Passes over what earlier sessions wrote, then polls until `close`. */
  async open(pollMs = POLL_MS): Promise<void> {
    await this.stages.read();
    this.timer = setInterval(() => void this.poll(), pollMs);
  }

  addRun(name: string): void {
    this.live.set(name, { run: new LiveRun(path.join(this.directory, name)), seen: '' });
  }

  removeRun(name: string): void {
    this.live.delete(name);
  }

  /** What a stage said last in this session. */
  stage(id: string): StageEvent | undefined {
    return this.latest.get(id);
  }

  /** One look; looks never overlap, because each must see where the one before it ended. */
  poll(): Promise<void> {
    this.polling = this.polling.then(() => this.look());
    return this.polling;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.poll();
  }

  private async look(): Promise<void> {
    try {
      for (const event of await this.readStages()) {
        this.latest.set(stageId(event), event);
        this.emit({ kind: 'stage-progress', stage: stageId(event), event });
      }
      for (const [name, entry] of this.live) {
        const run = await entry.run.refresh();
        const seen = signature(run);
        if (seen === entry.seen) continue;
        entry.seen = seen;
        this.emit({ kind: 'run-progress', name, run });
      }
    } catch (error) {
      // Progress is a courtesy: a directory that cannot be read for a moment must not end the study.
      if (this.complained) return;
      this.complained = true;
      this.emit({ kind: 'note', message: `Progress cannot be read: ${(error as Error).message}` });
    }
  }

  private async readStages(): Promise<readonly StageEvent[]> {
    return (await this.stages.read()).values;
  }
}

const signature = (run: Run) => `${run.status} ${run.progress?.step ?? 0} ${run.checkpoints.length}`;
