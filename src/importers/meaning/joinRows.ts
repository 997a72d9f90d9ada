/** Rows of one step as one, ascending: training and evaluation of a step are logged as rows of their own. */
import type { RawRow } from '../contract';

export function joinRows(rows: readonly RawRow[]): RawRow[] {
  const byStep = new Map<number, RawRow>();
  for (const row of rows) {
    const before = byStep.get(row.step);
    byStep.set(row.step, before === undefined ? row : { ...before, ...row, values: { ...before.values, ...row.values } });
  }
  return [...byStep.values()].sort((a, b) => a.step - b.step);
}
