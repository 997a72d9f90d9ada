/** From a run of MLflow to a raw log. Pure. */
import type { RunStatus, RunWarning } from '../../core/run/types';
import type { RawLog } from '../contract';
import { dated } from '../framing/dates';
import { plain } from '../framing/plain';
import { rowsOf } from '../framing/rows';
import { withoutSecrets } from '../meaning';
import type { MlflowRun, MlflowStatus } from './raw';

export interface ModelInput {
  readonly path: string;
  /** Where one store holds several runs: its id. */
  readonly part?: string;
  readonly run: MlflowRun;
  /** Name of the run that this one is nested in. */
  readonly parentName?: string;
  readonly warnings: readonly RunWarning[];
  readonly modifiedAt?: number;
}

export function rawLog({ path, part, run, parentName, warnings, modifiedAt }: ModelInput): RawLog {
  const rows = rowsOf(run.metrics);
  const own = run.name === '' ? run.id : run.name;
  const every = Math.max(1, ...[...run.metrics.values()].map((columns) => columns.every));
  return {
    source: 'mlflow',
    path,
    ...(part === undefined ? {} : { part }),
    name: parentName === undefined ? own : `${parentName}/${own}`,
    ...(run.experiment === '' ? {} : { experiment: run.experiment }),
    rows,
    config: withoutSecrets(Object.fromEntries([...run.params].map(([key, text]) => [key, plain(text)]))),
    environment: { runId: run.id, ...(run.parent === undefined ? {} : { parentRunId: run.parent }) },
    ...endOf(run.status),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...dated('createdAt', run.startedAt),
    ...dated('endedAt', run.endedAt),
    warnings: [
      ...warnings,
      ...(rows.length === 0 ? [{ code: 'no-numbers', message: 'No metric was logged here yet.' }] : []),
      ...(every === 1 ? [] : [{ code: 'thinned', message: `The log is long: of its longest series every ${every}th point is kept.` }]),
    ],
  };
}

/** A store says "running" of a process that died, too: then its age tells. */
function endOf(status: MlflowStatus | undefined): { status?: RunStatus; failure?: string } {
  switch (status) {
    case 'FINISHED':
      return { status: 'finished' };
    case 'FAILED':
      return { status: 'failed', failure: 'MLflow says that it failed; the cause is in the trainer\'s output.' };
    case 'KILLED':
      return { status: 'stopped' };
    case 'SCHEDULED':
      return { status: 'queued' };
    case 'RUNNING':
    case undefined:
      return {};
  }
}
