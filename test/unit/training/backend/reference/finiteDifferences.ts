/** Gradients by central differences of a function in double precision. */

/** d f / d x[i] at each of `indices` (all unless told). */
export function finiteDifferences(f: (x: Float64Array) => number, x: ArrayLike<number>, indices: readonly number[] = Array.from(x, (_, i) => i)): number[] {
  const moved = Float64Array.from(x);
  const step = 1e-5;
  return indices.map((i) => {
    const value = moved[i]!;
    moved[i] = value + step;
    const above = f(moved);
    moved[i] = value - step;
    const below = f(moved);
    moved[i] = value;
    return (above - below) / (2 * step);
  });
}

/** The loss whose gradient with respect to y is `dy`. */
export const along = (dy: ArrayLike<number>) => (y: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < y.length; i += 1) sum += dy[i]! * y[i]!;
  return sum;
};
