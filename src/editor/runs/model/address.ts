/**
 * How the editor tells runs, experiments and roots apart. Of our own the directory does; of another trainer's log it does not:
 * one file may hold many runs, and an experiment is only a name that several logs share. Keys are opaque to all but this file.
 */
import type { Run } from '../../../core/run/types';

/** A run of a log that was added to the view. */
export interface LogRun extends Run {
  readonly key: string;
}

export const keyOf = (run: Run): string => (isLogRun(run) ? run.key : run.path);

export const isLogRun = (run: Run): run is LogRun => 'key' in run;

/** No path and no id holds it. */
const SEPARATOR = '\u0000';
const LOGS = `logs${SEPARATOR}`;

export const logRootKey = (target: string): string => LOGS + target;
/** The same log below two added folders is two rows. @param name of the experiment */
export const logExperimentKey = (target: string, name: string): string => [LOGS + target, 'experiment', name].join(SEPARATOR);
/** @param id stable for a log and, where it holds several runs, its part */
export const logRunKey = (target: string, id: string): string => [LOGS + target, 'run', id].join(SEPARATOR);

export const isLogKey = (key: string): boolean => key.startsWith(LOGS);

/** What to call it while, or after, it is not there: the last part of a directory or of a run's id. */
export function nameOfKey(key: string): string {
  const last = key.split(SEPARATOR).at(-1) ?? key;
  return (last.split(/[\\/]/).at(-1) ?? last).replace(/~[0-9a-f]{8}$/, '');
}

/** Where it lies, for messages: the file or folder that was added. */
export const placeOfKey = (key: string): string => (isLogKey(key) ? key.split(SEPARATOR)[1] ?? key : key);
