/** Linear least squares with a few columns, by normal equations: small, and cheap enough to be refitted a thousand times. */

/** The sums XᵀWX (columns × columns, row-major) and XᵀWy of some rows; sums of parts add up. */
export interface NormalEquations {
  readonly columns: number;
  readonly xx: Float64Array;
  readonly xy: Float64Array;
}

export const emptyEquations = (columns: number): NormalEquations => ({
  columns,
  xx: new Float64Array(columns * columns),
  xy: new Float64Array(columns),
});

/** Adds one row in place. */
export function addRow({ columns, xx, xy }: NormalEquations, row: ArrayLike<number>, y: number, weight = 1): void {
  for (let i = 0; i < columns; i += 1) {
    const scaled = weight * (row[i] ?? 0);
    xy[i] = (xy[i] ?? 0) + scaled * y;
    for (let j = 0; j < columns; j += 1) xx[i * columns + j] = (xx[i * columns + j] ?? 0) + scaled * (row[j] ?? 0);
  }
}

/** Adds `weight` times other equations in place. */
export function addEquations(to: NormalEquations, from: NormalEquations, weight: number): void {
  for (let i = 0; i < from.xx.length; i += 1) to.xx[i] = (to.xx[i] ?? 0) + weight * (from.xx[i] ?? 0);
  for (let i = 0; i < from.xy.length; i += 1) to.xy[i] = (to.xy[i] ?? 0) + weight * (from.xy[i] ?? 0);
}

/** A resample may lack the rows that tell two columns apart; this much of the diagonal then decides between them. */
const RIDGE = 1e-10;

/** Coefficients by Cholesky decomposition. */
export function solve({ columns, xx, xy }: NormalEquations): Float64Array {
  const lower = new Float64Array(columns * columns);
  const at = (values: Float64Array, i: number, j: number): number => values[i * columns + j] ?? 0;
  let largest = 0;
  for (let i = 0; i < columns; i += 1) largest = Math.max(largest, at(xx, i, i));
  const ridge = RIDGE * largest || 1;
  for (let i = 0; i < columns; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let rest = at(xx, i, j) + (i === j ? ridge : 0);
      for (let k = 0; k < j; k += 1) rest -= at(lower, i, k) * at(lower, j, k);
      lower[i * columns + j] = i === j ? Math.sqrt(Math.max(rest, ridge)) : rest / at(lower, j, j);
    }
  }
  const solution = new Float64Array(columns);
  for (let i = 0; i < columns; i += 1) {
    let rest = xy[i] ?? 0;
    for (let k = 0; k < i; k += 1) rest -= at(lower, i, k) * (solution[k] ?? 0);
    solution[i] = rest / at(lower, i, i);
  }
  for (let i = columns - 1; i >= 0; i -= 1) {
    let rest = solution[i] ?? 0;
    for (let k = i + 1; k < columns; k += 1) rest -= at(lower, k, i) * (solution[k] ?? 0);
    solution[i] = rest / at(lower, i, i);
  }
  return solution;
}

/** @param rows one array of columns an observation @returns coefficients */
export function leastSquares(rows: readonly ArrayLike<number>[], y: ArrayLike<number>, weights?: ArrayLike<number>): Float64Array {
  const equations = emptyEquations(rows[0]?.length ?? 0);
  rows.forEach((row, i) => { addRow(equations, row, y[i] ?? 0, weights?.[i] ?? 1); });
  return solve(equations);
}
