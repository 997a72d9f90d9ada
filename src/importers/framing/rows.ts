/** Series of single keys as rows of a step. Pure. */
import type { RawRow } from '../contract';

export interface Point {
  readonly step: number;
  readonly value: number;
  /** Seconds since 1970. */
  readonly time: number;
}

/** One row a step, ascending; of two points of one key and step the later counts. A row's time is that of its last point. */
export function rowsOf(series: Iterable<readonly [key: string, points: Iterable<Point>]>): RawRow[] {
  const rows = new Map<number, { values: Map<string, number>; time: number }>();
  for (const [key, points] of series) {
    for (const { step, value, time } of points) {
      const row = rows.get(step);
      if (row === undefined) rows.set(step, { values: new Map([[key, value]]), time });
      else {
        row.values.set(key, value);
        row.time = Math.max(row.time, time);
      }
    }
  }
  return [...rows].map(([step, { values, time }]) => ({ step, values: Object.fromEntries(values), time })).sort((a, b) => a.step - b.step);
}
