/** Small sums and how they are printed. */
import type { TokenRows } from '../../../src/training/rows';
import { rowLength } from '../../../src/training/rows';

export const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

export function deviation(values: ArrayLike<number>): number {
  const middle = mean(values);
  return Math.sqrt(mean(Array.from(values, (v) => (v - middle) ** 2)));
}

export const shareOf = (holds: readonly boolean[]): number => mean(holds.map(Number));
export const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** All tokens of a row. */
export const rowOf = (rows: TokenRows, row: number): Int32Array => rows.tokens.subarray(row * rowLength(rows), (row + 1) * rowLength(rows));
