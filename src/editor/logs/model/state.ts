/** What the store shows of an added log folder or file. Plain data, no vscode. */
import type { Run } from '../../../core/run/types';
import type { ForeignSource } from '../../../importers';
import { logExperimentKey, logRootKey, logRunKey, type LogRun } from '../../runs/model/address';
import type { ExperimentState, RootState } from '../../runs/model/state';
import type { LogsRead, LogTarget } from '../requests';

/** A target as the settings, or an open editor, ask for it. */
export interface LogFolder extends LogTarget {
  /** What its row is called. */
  readonly label: string;
  /** Shown in an editor of its own, not in the tree. */
  readonly isHidden: boolean;
}

/** `halted`: cancelled, or the thread died over it; nothing is read before the user asks for it. */
export type ReadingState = 'reading' | 'read' | 'halted';

export interface LogsState {
  /** Absolute path of the file or folder. */
  readonly target: string;
  readonly isHidden: boolean;
  readonly state: ReadingState;
  readonly detections: LogsRead['detections'];
  readonly sources: LogTarget['sources'];
}

/** As last read. */
export interface LogContent extends LogsRead {
  readonly runs: ReadonlyMap<string, LogRun>;
}

export const NOTHING_READ: LogContent = { runs: new Map(), order: [], detections: [], problems: [] };

/** @param read what a reading found. Runs that it did not send are as they were. */
export function contentAfter(before: LogContent, target: string, changed: readonly Run[], read: LogsRead): LogContent {
  const fresh = new Map(changed.map((run) => [run.id, { ...run, key: logRunKey(target, run.id) }]));
  const runs = read.order.flatMap((id): [string, LogRun][] => {
    const run = fresh.get(id) ?? before.runs.get(id);
    return run === undefined ? [] : [[id, run]];
  });
  const problems = runs.length === 0 && read.problems.length === 0 ? [NOTHING_FOUND] : read.problems;
  return { ...read, runs: new Map(runs), problems };
}

const NOTHING_FOUND = 'No log of another trainer was found here. Add the folder or file that holds it to the Runs view, or say there what it is with "Read As…".';

/** Experiments are the same objects as before where nothing has changed. */
export function rootOf(folder: LogFolder, content: LogContent, state: ReadingState, before: RootState | undefined): RootState {
  const known = new Map((before?.experiments ?? []).map((experiment) => [experiment.path, experiment]));
  const byName = new Map<string, LogRun[]>();
  for (const run of content.runs.values()) byName.set(run.experiment, [...(byName.get(run.experiment) ?? []), run]);
  const experiments = [...byName].map(([name, runs]): ExperimentState => {
    const path = logExperimentKey(folder.path, name);
    const same = known.get(path);
    if (same !== undefined && same.runs.length === runs.length && same.runs.every((run, i) => run === runs[i])) return same;
    return { path, name, root: logRootKey(folder.path), runs, stages: [], isOrchestrated: false, isForeign: true };
  });
  return {
    path: logRootKey(folder.path),
    folder: folder.label,
    experiments,
    problems: content.problems,
    logs: { target: folder.path, isHidden: folder.isHidden, state, detections: content.detections, sources: folder.sources },
  };
}

/** The candidates for the log that a run was read from. */
export const candidatesOf = (logs: LogsState, { path }: Run): LogsRead['detections'][number] =>
  logs.detections.find((candidates) => candidates.some((one) => one.path === path)) ?? [];

/** What the user has said of a log, by whichever of its candidates' paths. */
export function saidOf(logs: LogsState, paths: readonly string[]): ForeignSource | undefined {
  return paths.flatMap((path) => logs.sources[path] ?? [])[0];
}
