/** What the extension host asks of the thread that reads other trainers' logs, and what it is told. */
import type { Detection, ForeignSource } from '../../importers';
import type { PackedRun } from './model/pack';

/** A file or folder that the user wants to see. Equal targets are one reading, which goes on from where it was. */
export interface LogTarget {
  /** Absolute. */
  readonly path: string;
  /** What the user says that this folder or logs in it are, by absolute path; the others are detected. */
  readonly sources: Readonly<Record<string, ForeignSource>>;
}

export const targetKey = ({ path, sources }: LogTarget): string =>
  JSON.stringify([path, Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1))]);

export type ToLogThread =
  /** Read what is new; answered by any number of `progress` and `run`, and exactly one `done` with the same id. */
  | { readonly kind: 'refresh'; readonly id: number; readonly target: LogTarget }
  /** The run just sent has been taken in: the next may follow. Many at once would hold up the host. */
  | { readonly kind: 'taken'; readonly id: number }
  | { readonly kind: 'cancel'; readonly id: number }
  /** Nobody looks at it any more. */
  | { readonly kind: 'close'; readonly target: LogTarget };

export interface LogProgress {
  readonly path: string;
  readonly bytesRead: number;
  readonly bytesTotal: number;
}

/** What a target holds after a reading. */
export interface LogsRead {
  /** Ids of all runs, in the order of their logs; those that changed were sent before. */
  readonly order: readonly string[];
  /** The candidates of each log, the chosen one first. */
  readonly detections: readonly (readonly Detection[])[];
  /** What could not be read, and why. */
  readonly problems: readonly string[];
}

export type LogsOutcome =
  | { readonly kind: 'read'; readonly logs: LogsRead }
  | { readonly kind: 'cancelled' }
  /** `isLost`: the thread died or could not be started; trying again by itself would end in the same way. */
  | { readonly kind: 'failed'; readonly error: string; readonly isLost?: true };

export type FromLogThread =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: LogProgress }
  | { readonly kind: 'run'; readonly id: number; readonly run: PackedRun }
  | { readonly kind: 'done'; readonly id: number; readonly outcome: LogsOutcome };
