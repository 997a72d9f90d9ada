/** Several tests at once. */

/**
 * Holm's (1979) step-down adjustment: the chance of even one false claim among all stays at the level, whatever their
 * dependence. @param p one-sided or two-sided p-values @returns adjusted p-values, in the same order
 */
export function holm(p: readonly number[]): number[] {
  const order = [...p.keys()].sort((i, j) => (p[i] ?? 0) - (p[j] ?? 0));
  const adjusted = new Array<number>(p.length).fill(1);
  let largest = 0;
  order.forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, (p.length - rank) * (p[i] ?? 1)));
    adjusted[i] = largest;
  });
  return adjusted;
}
