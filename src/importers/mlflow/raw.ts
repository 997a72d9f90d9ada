/** A run as either store of MLflow keeps it, and the lines of the file store. Pure. Source: mlflow/store/tracking/file_store.py. */
import type { Columns } from '../framing/columns';
import { numberOf } from '../values';

/** `RunStatus` of service.proto; the file store writes its number, the SQLite store its name. */
export const STATUS = { 1: 'RUNNING', 2: 'SCHEDULED', 3: 'FINISHED', 4: 'FAILED', 5: 'KILLED' } as const;
export type MlflowStatus = (typeof STATUS)[keyof typeof STATUS];

export interface MlflowRun {
  readonly id: string;
  readonly name: string;
  readonly experiment: string;
  readonly status?: MlflowStatus;
  /** Milliseconds since 1970. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly deleted: boolean;
  readonly parent?: string;
  readonly params: ReadonlyMap<string, string>;
  readonly metrics: ReadonlyMap<string, Columns>;
}

export const PARENT_TAG = 'mlflow.parentRunId';
export const NAME_TAG = 'mlflow.runName';

export const statusOf = (value: unknown): MlflowStatus | undefined => {
  const name = typeof value === 'number' ? STATUS[value as keyof typeof STATUS] : value;
  return Object.values(STATUS).find((status) => status === name);
};

/** `timestamp value step`, or without the step in the oldest stores; what follows names a data set. Undefined where it is none. */
export function readMetricLine(line: string): { readonly time: number; readonly value: number; readonly step: number } | undefined {
  const [time, value, step = '0'] = line.trim().split(/\s+/);
  const [milliseconds, number] = [numberOf(time), numberOf(value)];
  if (milliseconds === undefined || !Number.isFinite(milliseconds) || number === undefined || !/^-?\d{1,15}$/.test(step)) return undefined;
  return { time: milliseconds / 1000, value: number, step: Number(step) };
}
