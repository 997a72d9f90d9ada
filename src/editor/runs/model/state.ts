/** What the runs' folders hold, as the tree, the status bar and the panels see it. Plain data, no vscode. */
import type { StageView } from '../../../core/protocol/data';
import type { Run, RunStatus } from '../../../core/run/types';
import type { StudyState } from '../../studies/model/state';

export interface ExperimentState {
  /** Absolute path of its directory. */
  readonly path: string;
  readonly name: string;
  /** Folder that holds the experiment. */
  readonly root: string;
  /** In the order of the plan. */
  readonly runs: readonly Run[];
  readonly stages: readonly StageView[];
  /** A process is carrying it out: what has not begun yet will. */
  readonly isOrchestrated: boolean;
  /** The process that carried it out is gone without having taken its name out. */
  readonly isAbandoned?: boolean;
}

export interface RootState {
  readonly path: string;
  /** Name of the workspace folder that it belongs to. */
  readonly folder: string;
  readonly experiments: readonly ExperimentState[];
  /** Studies whose verdict lies in it. */
  readonly studies?: readonly StudyState[];
  /** Why the folder could not be read. */
  readonly problem?: string;
}

/** What became different between two looks; paths of directories. */
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
  const oldRuns = byPath(before.flatMap((experiment) => experiment.runs));
  const newRuns = byPath(after.flatMap((experiment) => experiment.runs));
  const keysDiffer = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>) =>
    a.size !== b.size || [...a.keys()].some((key) => !b.has(key));
  const changed = <T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>) =>
    new Set([...b].filter(([key, value]) => a.get(key) !== value).map(([key]) => key));
  return { structure: keysDiffer(old, now) || keysDiffer(oldRuns, newRuns), experiments: changed(old, now), runs: changed(oldRuns, newRuns) };
}

export const isNothing = (change: StoreChange): boolean => !change.structure && change.experiments.size === 0 && change.runs.size === 0;

const byPath = <T extends { readonly path: string }>(items: readonly T[]) => new Map(items.map((item) => [item.path, item]));
