/**
 * Follows the experiments that this workspace started, by reading their directories: progress with cancel, and one
 * message at the end. Which ones is kept in the workspace's state, so that a reloaded window goes on following them.
 */
import * as vscode from 'vscode';
import { TimeLeft, timeLeftText } from '../../launch/timeLeft';
import { processIdentity, isAlive } from '../../runlog';
import type { ProcessIdentity } from '../../core/run/events';
import type { RunStore } from '../runs/store';
import type { RunWatcher } from '../runs/watcher';
import { endingOf, fractionDone, progressMessage, timedJobs, type Ending, type Expected } from './model/progress';

export interface TrackerServices {
  readonly store: RunStore;
  readonly watcher: RunWatcher;
  readonly state: vscode.Memento;
  readonly stop: (directory: string) => Promise<void>;
  readonly ended: (directory: string, ending: Ending) => void;
  readonly note: (error: unknown) => void;
}

interface Tracked {
  readonly directory: string;
  readonly name: string;
  /** The command line that carries it out. */
  readonly process: ProcessIdentity | undefined;
  /** What its jobs will take, where steps were measured here before. */
  readonly expected?: Expected;
}

const STATE_KEY = 'tracked';

export class Tracker implements vscode.Disposable {
  private readonly following = new Map<string, vscode.Disposable>();

  constructor(private readonly services: TrackerServices) {}

  /** After a reload; touches no disk when nothing was going on. */
  restore(): void {
    for (const tracked of this.services.state.get<Tracked[]>(STATE_KEY, [])) this.follow(tracked);
  }

  begin(directory: string, name: string, pid: number | undefined, expected?: Expected): void {
    const tracked: Tracked = { directory, name, process: pid === undefined ? undefined : processIdentity(pid), ...(expected === undefined ? {} : { expected }) };
    void this.remember((all) => [...all.filter((one) => one.directory !== directory), tracked]);
    this.follow(tracked);
  }

  dispose(): void {
    vscode.Disposable.from(...this.following.values()).dispose();
  }

  private remember(change: (all: Tracked[]) => Tracked[]): Thenable<void> {
    const { state } = this.services;
    return state.update(STATE_KEY, change(state.get<Tracked[]>(STATE_KEY, [])));
  }

  private follow(tracked: Tracked): void {
    const { directory, name } = tracked;
    if (this.following.has(directory)) return;
    const { watcher, stop, note, ended } = this.services;
    const watch = watcher.observe();
    this.following.set(directory, watch);
    const options = { location: vscode.ProgressLocation.Notification, title: name, cancellable: true };
    void vscode.window.withProgress(options, async (progress, token) => {
      token.onCancellationRequested(() => void stop(directory).catch(note));
      const ending = await this.untilEnded(tracked, progress);
      this.following.delete(directory);
      watch.dispose();
      await this.remember((all) => all.filter((one) => one.directory !== directory));
      if (ending !== undefined) ended(directory, ending);
    });
  }

  /** Resolves with undefined when the directory is gone. */
  private untilEnded(tracked: Tracked, progress: vscode.Progress<{ message?: string; increment?: number }>): Promise<Ending | undefined> {
    const { store } = this.services;
    let [shown, places] = [0, 1];
    const clock = new TimeLeft();
    return new Promise((resolve) => {
      const look = () => {
        const experiment = store.experiment(tracked.directory);
        // The command line needs a moment before it enters itself as the orchestrator.
        const atWork = tracked.process !== undefined && isAlive(tracked.process);
        if (experiment === undefined) {
          if (store.isRead && !atWork) finish(undefined);
          return;
        }
        const ending = atWork ? undefined : endingOf(experiment);
        if (ending !== undefined) return finish(ending);
        const fraction = Math.max(shown, 100 * fractionDone(experiment));
        const jobs = timedJobs(experiment, tracked.expected);
        // A stage that waits for nothing else leaves places free: as many as were ever taken will be again.
        places = Math.max(places, jobs.filter(({ state }) => state === 'running').length);
        const left = clock.observe(jobs, Date.now(), places);
        progress.report({ message: `${progressMessage(experiment)} · ${timeLeftText(left)}`, increment: fraction - shown });
        shown = fraction;
      };
      const finish = (ending: Ending | undefined) => {
        subscription.dispose();
        clearInterval(timer);
        resolve(ending);
      };
      const subscription = store.onChange(look);
      const POLL_MS = 2000;
      const timer = setInterval(() => void store.refresh(new Set([tracked.directory])).then(look), POLL_MS);
      void store.scan().then(look);
    });
  }
}
