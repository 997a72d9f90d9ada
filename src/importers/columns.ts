/** Which columns of a plain table are the step, the run and the clock, where no mapping says so. */
import type { Mapping, StepAxis } from './contract';
import { numberOf } from './values';

/** In order of trust; `_step` of W&B counts calls of log. */
const STEPS: readonly (readonly [string, StepAxis])[] = [
  ['train/global_step', 'policy updates'], ['global_step', 'policy updates'], ['policyUpdates', 'policy updates'], ['counters/updates', 'policy updates'],
  ['current_steps', 'policy updates'], ['step', 'policy updates'], ['Step', 'policy updates'], ['steps', 'policy updates'], ['training_step', 'policy updates'], ['update', 'policy updates'],
  ['iteration', 'rollout batches'], ['iter', 'rollout batches'], ['trainer/global_step', 'policy updates'], ['counters/examples', 'examples'],
  ['episode', 'episodes'], ['_step', 'unknown'], ['epoch', 'unknown'],
];
const RUNS = ['run', 'run_name', 'run_id', 'runName', 'experiment_name'];
/** Seconds since the epoch. */
const CLOCKS = ['_timestamp', 'timestamp', 'wall_time', 'time', 'Wall time'];
/** Seconds since the beginning. */
const ELAPSED = ['wallTime', '_runtime', 'elapsed', 'elapsed_s', 'elapsed_seconds', 'train_runtime'];
const YEAR_2001 = 1e9;

interface StepColumn {
  readonly column: string | undefined;
  readonly axis: StepAxis;
}

/** @param has whether the table has this column. Without any, the rows are counted. */
export function stepColumn(has: (column: string) => boolean, mapping?: Mapping): StepColumn {
  if (mapping?.step !== undefined && has(mapping.step)) return { column: mapping.step, axis: STEPS.find(([name]) => name === mapping.step)?.[1] ?? 'policy updates' };
  const found = STEPS.find(([name]) => has(name));
  return found === undefined ? { column: undefined, axis: 'rows' } : { column: found[0], axis: found[1] };
}

/** The column that names the run, where the table has one of text. */
export function runColumn(row: Readonly<Record<string, unknown>>, mapping?: Mapping): string | undefined {
  if (mapping?.run !== undefined) return mapping.run;
  return RUNS.find((column) => typeof row[column] === 'string' && row[column] !== '');
}

export function runName(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
}

/** The columns that tell the time, in a row that has them. */
export function timeColumn(row: Readonly<Record<string, unknown>>): { readonly column: string; readonly kind: 'time' | 'elapsed' } | undefined {
  const clock = CLOCKS.find((column) => epochSeconds(row[column]) !== undefined);
  if (clock !== undefined) return { column: clock, kind: 'time' };
  const elapsed = ELAPSED.find((column) => numberOf(row[column]) !== undefined);
  return elapsed === undefined ? undefined : { column: elapsed, kind: 'elapsed' };
}

/** Seconds, milliseconds or an ISO text; undefined for what is no time of this century. */
export function epochSeconds(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = numberOf(value) ?? (typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) / 1000 : NaN);
  if (number >= YEAR_2001 && number < 1e11) return number;
  return number >= 1e12 && number < 1e14 ? number / 1000 : undefined;
}
