/**
 * At most so many rows of a run become checkpoints for the extension host: trees and panels show no more, and a million would
 * hold up every other extension while they arrive. Rare kinds, such as evaluations, are kept for longer than frequent ones.
 */
import type { Checkpoint, Run, RunWarning } from '../../../core/run/types';
import type { RawLog, RawRow } from '../../../importers/contract';

/** Of one run, and of all runs of one target together: 50,000 checkpoints are some 60 MB in the host. */
const MOST_OF_A_RUN = 2000;
const MOST_IN_ALL = 50_000;
const FEWEST = 50;

/** How many checkpoints each of so many runs may show. */
export const shareOf = (runs: number): number => Math.min(MOST_OF_A_RUN, Math.max(FEWEST, Math.floor(MOST_IN_ALL / Math.max(1, runs))));

/** Before checkpoints are made of them. Rows with values that are no numbers are a kind of their own: they get warnings. */
export function thinnedLogs(logs: readonly RawLog[]): RawLog[] {
  const most = shareOf(logs.length);
  return logs.map((log) => {
    const rows = thin(log.rows, most, keysOf);
    return rows === log.rows ? log : { ...log, rows, warnings: [...log.warnings, note(rows.length, log.rows.length, 'rows')] };
  });
}

/** Once it is known how many runs the whole target has. */
export function thinnedRun(run: Run, most: number): Run {
  const checkpoints = thin(run.checkpoints, most, ({ metrics }: Checkpoint) => Object.keys(metrics).sort().join('\n'));
  return checkpoints === run.checkpoints ? run : { ...run, checkpoints, warnings: [...run.warnings, note(checkpoints.length, run.checkpoints.length, 'steps')] };
}

const keysOf = ({ values }: RawRow): string => {
  const keys = Object.keys(values);
  return keys.some((key) => !Number.isFinite(values[key])) ? `${keys.join('\n')}\nnot finite` : keys.join('\n');
};

interface Kind<T> {
  readonly members: T[];
  stride: number;
}

const kept = ({ members, stride }: Kind<unknown>): number => Math.ceil(members.length / stride);

/** The same array where it is short enough; else every second, fourth, … of the frequent kinds, which stay the same while it grows. */
export function thin<T>(items: readonly T[], most: number, kindOf: (item: T) => string): readonly T[] {
  if (items.length <= most) return items;
  const kinds = new Map<string, Kind<T>>();
  for (const item of items) {
    const key = kindOf(item);
    const kind = kinds.get(key) ?? { members: [], stride: 1 };
    kinds.set(key, kind);
    kind.members.push(item);
  }
  const all = [...kinds.values()];
  for (;;) {
    const largest = all.reduce((a, b) => (kept(b) > kept(a) ? b : a));
    // The last of each kind comes on top, see below.
    if (kept(largest) <= 1 || all.reduce((sum, kind) => sum + kept(kind) + 1, 0) <= most) break;
    largest.stride *= 2;
  }
  const shown = new Set<T | undefined>(all.flatMap(({ members, stride }) => [...members.filter((_, i) => i % stride === 0), members.at(-1)]));
  return items.filter((item) => shown.has(item));
}

const note = (shown: number, all: number, what: string): RunWarning =>
  ({ code: 'shown-thinned', message: `${shown} of ${all} ${what} are shown here, evenly spread; rare ones, such as evaluations, are kept for longer. The command line shows more of them: alignment-gap show.` });
