/** How a foreign run ended, where its log does not say: by its last step and its age. */
import type { RunStatus } from '../../core/run/types';
import type { RawLog } from '../contract';

/** Evaluation and saving between two lines of a log may take minutes. */
const QUIET_MS = 15 * 60_000;

/** Whether a log that ends without a word may still be written to. Both in milliseconds since the epoch. */
export const isFresh = (modifiedAt: number | undefined, now: number): boolean => modifiedAt !== undefined && now - modifiedAt < QUIET_MS;

export interface Ending {
  readonly status: RunStatus;
  readonly reason: string;
}

export function endingOf(log: Pick<RawLog, 'status' | 'totalSteps' | 'modifiedAt'>, lastStep: number | undefined, now: number): Ending {
  if (log.status !== undefined) return { status: log.status, reason: 'the log says so' };
  if (log.totalSteps !== undefined && lastStep !== undefined && lastStep >= log.totalSteps) return { status: 'finished', reason: 'the last step was reached' };
  if (isFresh(log.modifiedAt, now)) return { status: 'running', reason: 'the log was written to within the last quarter of an hour' };
  if (log.totalSteps !== undefined) return { status: 'stopped', reason: `the log ends before step ${log.totalSteps} and is no longer written to` };
  return { status: 'finished', reason: 'the log is no longer written to; how many steps were planned it does not say' };
}
