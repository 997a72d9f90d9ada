/** From what W&B wrote to a raw log. Pure. */
import type { RunStatus, RunWarning } from '../../core/run/types';
import type { RawLog, RawRow } from '../contract';
import { dated } from '../framing/dates';
import { withoutSecrets } from '../meaning';
import type { PlainFiles } from './files';
import { summaryRow, WandbLog } from './history';

export interface ModelInput {
  readonly path: string;
  /** Absent where only the plain files were kept. */
  readonly log?: WandbLog;
  readonly plain: PlainFiles;
  /** The run's id as its folder or file is named. */
  readonly runId: string;
  readonly warnings: readonly RunWarning[];
  readonly modifiedAt?: number;
}

export function rawLog({ path, log = new WandbLog(), plain, runId, warnings, modifiedAt }: ModelInput): RawLog {
  const { run, exitCode } = log;
  const config = new Map([...plain.config, ...log.config]);
  config.delete('_wandb');
  const end = exitCode === undefined ? undefined : endOf(exitCode);
  const rows = log.rows.rows();
  const last = rows.length > 0 ? undefined : summaryRow(log.summary.size > 0 ? log.summary : plain.summary);
  const name = run?.name ?? '';
  return {
    source: 'wandb',
    path,
    name: name === '' ? runId : name,
    ...((run?.project ?? '') === '' ? {} : { experiment: run!.project }),
    rows: last === undefined ? rows : [last],
    config: withoutSecrets(Object.fromEntries(config)),
    environment: { runId: run?.runId ?? runId, ...((run?.group ?? '') === '' ? {} : { group: run!.group }) },
    ...(end ?? {}),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...dated('createdAt', (run?.startedAt ?? NaN) * 1000),
    warnings: [...warnings, ...plain.warnings, ...notes(rows, last, log)],
  };
}

/** W&B's exit codes: 0, or that of the process. */
const endOf = (code: number): { status: RunStatus; failure?: string } =>
  code === 0 ? { status: 'finished' } : { status: 'failed', failure: `The process ended with code ${code}.` };

function notes(rows: readonly RawRow[], last: RawRow | undefined, log: WandbLog): RunWarning[] {
  const notes: RunWarning[] = [];
  if (rows.length === 0 && last !== undefined) notes.push({ code: 'last-values-only', message: 'There is no history here, only the last values: add the run\'s .wandb file for its curves.' });
  if (rows.length === 0 && last === undefined) notes.push({ code: 'no-numbers', message: 'No number was logged here yet.' });
  if (log.followsTensorBoard) notes.push({ code: 'see-tensorboard', message: 'This run was synced from TensorBoard: its numbers are in the event files; open their folder too.' });
  return notes;
}
