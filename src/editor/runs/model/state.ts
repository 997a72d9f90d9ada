/** What the runs' folders hold, as the tree, the status bar and the panels see it. Plain data, no vscode. */
import type { StageView } from '../../../core/protocol/data';
import type { Run, RunStatus } from '../../../core/run/types';
import type { LogsState } from '../../logs/model/state';
import type { StudyState } from '../../studies/model/state';
import { keyOf } from './address';

export interface ExperimentState {
  /** Absolute path of its directory; of other trainers' logs a key (address.ts). */
  readonly path: string;
  readonly name: string;
  /** Path of the root that holds the experiment. */
  readonly root: string;
  /** In the order of the plan. */
  readonly runs: readonly Run[];
  readonly stages: readonly StageView[];
  /** A process is carrying it out: what has not begun yet will. */
  readonly isOrchestrated: boolean;
  /** The process that carried it out is gone without having taken its name out. */
  readonly isAbandoned?: boolean;
  /** Read from other trainers' logs: there is nothing to stop, to go on with or to delete. */
  readonly isForeign?: true;
}

export interface RootState {
  /** Absolute path; of added logs a key (address.ts). */
  readonly path: string;
  /** Name of the workspace folder that it belongs to, or of the log folder. */
  readonly folder: string;
  readonly experiments: readonly ExperimentState[];
  /** Studies whose verdict lies in it. */
  readonly studies?: readonly StudyState[];
  /** Why the folder, or a log in it, could not be read. */
  readonly problems: readonly string[];
  /** Of a log folder or file that was added to the view. */
  readonly logs?: LogsState;
}

/** What became different between two looks; paths of directories, or keys. */
export interface StoreChange {
  /** Experiments or runs came or went. */
  readonly structure: boolean;
  readonly experiments: ReadonlySet<string>;
  readonly runs: ReadonlySet<string>;
}

export const ACTIVE_STATUSES: ReadonlySet<RunStatus> = new Set<RunStatus>(['running', 'queued']);

export const isActive = (experiment: ExperimentState): boolean =>
  experiment.isOrchestrated || experiment.runs.some((run) => run.status === 'running');

/** One status for all runs: work going on comes first, then what needs the user, then the good end. */
export function experimentStatus(experiment: ExperimentState): RunStatus {
  const has = (status: RunStatus) => experiment.runs.some((run) => run.status === status);
  if (isActive(experiment)) return 'running';
  if (has('failed') || experiment.stages.some((stage) => stage.state === 'failed')) return 'failed';
  if (has('lost')) return 'lost';
  if (has('stopped')) return 'stopped';
  return has('queued') ? 'queued' : 'finished';
}

export function changeBetween(before: readonly ExperimentState[], after: readonly ExperimentState[]): StoreChange {
  const [old, now] = [byPath(before), byPath(after)];
  const oldRuns = byKey(before);
  const newRuns = byKey(after);
  const keysDiffer = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>) =>
    a.size !== b.size || [...a.keys()].some((key) => !b.has(key));
  const changed = <T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>) =>
    new Set([...b].filter(([key, value]) => a.get(key) !== value).map(([key]) => key));
  return { structure: keysDiffer(old, now) || keysDiffer(oldRuns, newRuns), experiments: changed(old, now), runs: changed(oldRuns, newRuns) };
}

export const isNothing = (change: StoreChange): boolean => !change.structure && change.experiments.size === 0 && change.runs.size === 0;

const byPath = (experiments: readonly ExperimentState[]) => new Map(experiments.map((experiment) => [experiment.path, experiment]));
const byKey = (experiments: readonly ExperimentState[]) => new Map(experiments.flatMap(({ runs }) => runs.map((run) => [keyOf(run), run] as const)));
