/**
 * How long a draft will take, shown before it starts. What was measured on this machine before answers at once; else the
 * command line's `bench` measures in the background, detached as everything that is started from here, and is ended when
 * nobody waits for it any more: it must not run beside the study whose time it tells.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { wasBusy, type StudyEstimate } from '../../core/estimate';
import type { PlannedRun } from '../../core/experiment';
import type { ProcessIdentity } from '../../core/run/events';
import { calibrationFile, calibrationKey, defaultJobs, estimateRuns, killGroup, readCalibration, runsOf, startDetached, trainerIn } from '../../launch';
import { isAlive, processIdentity, writeFileAtomic } from '../../runlog';
import type { Draft } from './model/fields';

const POLL_MS = 250;
/** A machine on which it takes longer has other work to do. */
const PATIENCE_MS = 60_000;

export interface EstimatePlaces {
  /** The experiment file. */
  readonly file: string;
  /** The folder of experiments, where its shared stages would be. */
  readonly root: string;
  /** The folder of `cli.js` and `trainer.js`. */
  readonly programs: string;
}

/** Whether measuring would tell more than what is `known`. */
export const isWanting = (known: StudyEstimate | undefined): boolean => known === undefined || wasBusy(known.pace);

export class Estimates {
  /** Once, whoever asks how often. */
  private measuring: Promise<void> | undefined;
  private process: ProcessIdentity | undefined;
  private isDisposed = false;
  private readonly trainer: string;

  constructor(
    private readonly places: EstimatePlaces,
    private readonly note: (error: unknown) => void,
  ) {
    this.trainer = trainerIn(places.programs);
  }

  /** By what is remembered; undefined where nothing is. */
  async known(draft: Draft): Promise<StudyEstimate | undefined> {
    const runs = this.runs(draft);
    const [first] = runs;
    const measured = first === undefined ? undefined : await readCalibration(first.config, this.trainer);
    if (measured === undefined) return undefined;
    return estimateRuns({ runs, measured, jobs: draft.jobs ?? defaultJobs(runs.length), root: this.places.root });
  }

  /** Measured first, where nothing is remembered or other work had the processor then. Undefined where it cannot be told. */
  async measured(draft: Draft): Promise<StudyEstimate | undefined> {
    try {
      await (this.measuring ??= this.measure(draft));
    } catch (error) {
      this.note(error);
    }
    return this.isDisposed ? undefined : this.known(draft);
  }

  dispose(): void {
    this.isDisposed = true;
    // Known since it began: its number may be another's by now.
    if (this.process !== undefined && isAlive(this.process)) killGroup(this.process.pid);
  }

  private runs(draft: Draft): PlannedRun[] {
    return runsOf(draft.experiment, this.places.file);
  }

  /** The draft itself is measured, which may differ from the file on the disk. */
  private async measure({ experiment, jobs }: Draft): Promise<void> {
    const [first] = runsOf(experiment, this.places.file);
    if (first === undefined) throw new Error('The experiment plans no run.');
    const kept = calibrationFile(calibrationKey(first.config, this.trainer));
    const file = kept.replace(/\.json$/, '.alignment.json');
    await writeFileAtomic(file, JSON.stringify({ ...experiment, task: first.config.task }));
    const args = ['bench', file, '--quick', '--json', '--out', this.places.root, ...(jobs === undefined ? [] : ['--jobs', String(jobs)])];
    const pid = await startDetached(args, { cliPath: path.join(this.places.programs, 'cli.js'), cwd: path.dirname(file), log: path.join(path.dirname(file), 'bench.log') });
    this.process = processIdentity(pid);
    if (this.isDisposed) this.dispose();
    await untilEnded(this.process).finally(() => rm(file, { force: true }));
  }
}

/** As everything that was started detached, it is watched by looking. */
async function untilEnded(identity: ProcessIdentity): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; isAlive(identity); await new Promise((resolve) => setTimeout(resolve, POLL_MS))) {
    if (Date.now() > end) return killGroup(identity.pid);
  }
}
