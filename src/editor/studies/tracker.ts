/**
 * Follows the studies that this workspace started, as src/editor/start/tracker.ts follows experiments: progress with cancel,
 * and one message at the end. Which ones is kept in the workspace's state, so that a reloaded window goes on following them.
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ProcessIdentity } from '../../core/run/events';
import { killGroup } from '../../launch';
import { isAlive } from '../../runlog';
import { isActive, type ExperimentState } from '../runs/model/state';
import type { RunStore } from '../runs/store';
import type { RunWatcher } from '../runs/watcher';
import { endingOfStudy, studyFraction, studyMessage, type StudyEnding } from './model/progress';
import { VERDICT_FILE } from './model/state';
import { StudyReader } from './reader';
import { studyLogOf } from './starter';

export interface StudyTrackerServices {
  readonly store: RunStore;
  readonly watcher: RunWatcher;
  readonly state: vscode.Memento;
  /** Stops an experiment, and with it the process that carries out the study. */
  readonly stop: (experiment: string) => Promise<void>;
  readonly ended: (folder: string, ending: StudyEnding) => void;
  readonly note: (error: unknown) => void;
}

export interface TrackedStudy {
  /** Where its verdict goes. */
  readonly folder: string;
  readonly title: string;
  /** Directories of its experiments. */
  readonly experiments: readonly string[];
  readonly runs: number;
  readonly process: ProcessIdentity;
  /** Milliseconds since 1970: a verdict that is older is not its. */
  readonly startedAt: number;
}

const STATE_KEY = 'trackedStudies';
const POLL_MS = 1000;
/** Some file systems keep whole seconds. */
const CLOCK_MS = 1500;

export class StudyTracker implements vscode.Disposable {
  private readonly following = new Map<string, vscode.Disposable>();

  constructor(private readonly services: StudyTrackerServices) {}

  /** After a reload; touches no disk when nothing was going on. */
  restore(): void {
    for (const study of this.services.state.get<TrackedStudy[]>(STATE_KEY, [])) this.follow(study);
  }

  isFollowing = (folder: string): boolean => this.following.has(folder);

  begin(study: TrackedStudy): void {
    void this.remember((all) => [...all.filter(({ folder }) => folder !== study.folder), study]);
    this.follow(study);
  }

  dispose(): void {
    vscode.Disposable.from(...this.following.values()).dispose();
  }

  private remember(change: (all: TrackedStudy[]) => TrackedStudy[]): Thenable<void> {
    const { state } = this.services;
    return state.update(STATE_KEY, change(state.get<TrackedStudy[]>(STATE_KEY, [])));
  }

  private follow(study: TrackedStudy): void {
    const { watcher, note, ended, store } = this.services;
    if (this.following.has(study.folder)) return;
    const watch = watcher.observe();
    this.following.set(study.folder, watch);
    const options = { location: vscode.ProgressLocation.Notification, title: `Study ${study.title}`, cancellable: true };
    void vscode.window.withProgress(options, async (progress, token) => {
      let isCancelled = false;
      token.onCancellationRequested(() => { isCancelled = true; void this.stop(study).catch(note); });
      await this.untilEnded(study, progress);
      this.following.delete(study.folder);
      watch.dispose();
      await this.remember((all) => all.filter(({ folder }) => folder !== study.folder));
      await store.scan();
      ended(study.folder, isCancelled ? { kind: 'stopped' } : await endingOf(study, this.experimentsOf(study)));
    });
  }

  private experimentsOf({ experiments }: TrackedStudy): ExperimentState[] {
    return experiments.flatMap((directory) => this.services.store.experiment(directory) ?? []);
  }

  /** One experiment's orchestrator is that of all; before the first has one, nothing is being trained. */
  private async stop(study: TrackedStudy): Promise<void> {
    const active = this.experimentsOf(study).find(isActive);
    if (active !== undefined) await this.services.stop(active.path);
    else if (isAlive(study.process)) killGroup(study.process.pid);
  }

  private untilEnded(study: TrackedStudy, progress: vscode.Progress<{ message?: string; increment?: number }>): Promise<void> {
    let shown = 0;
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isAlive(study.process)) {
          clearInterval(timer);
          resolve();
          return;
        }
        const experiments = this.experimentsOf(study);
        const fraction = Math.max(shown, 100 * studyFraction(experiments, study.runs));
        progress.report({ message: studyMessage(experiments, study.runs), increment: fraction - shown });
        shown = fraction;
      };
      const timer = setInterval(look, POLL_MS);
      void this.services.store.scan().then(look);
    });
  }
}

async function endingOf({ folder, title, startedAt }: TrackedStudy, experiments: readonly ExperimentState[]): Promise<StudyEnding> {
  const written = await stat(path.join(folder, VERDICT_FILE)).then(({ mtimeMs }) => mtimeMs, () => 0);
  const state = written >= startedAt - CLOCK_MS ? await new StudyReader().readFolder(folder) : undefined;
  const log = await readFile(studyLogOf(folder), 'utf8').catch(() => '');
  return endingOfStudy(title, { state, log, experiments });
}
