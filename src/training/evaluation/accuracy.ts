/** Shares of pairs that a scoring orders rightly. */

/** Fraction of pairs with chosen[i] > rejected[i]; a tie counts half (at step 0 every implicit reward is exactly 0). */
export function pairwiseAccuracy(chosen: ArrayLike<number>, rejected: ArrayLike<number>): number {
  let right = 0;
  for (let i = 0; i < chosen.length; i += 1) right += outcomeOf(chosen[i] ?? 0, rejected[i] ?? 0);
  return right / Math.max(1, chosen.length);
}

/** 1 where `a` wins, 0.5 on a tie, 0 where it loses. */
export const outcomeOf = (a: number, b: number): number => (a > b ? 1 : a === b ? 0.5 : 0);

/** Per row: outcome of `scores` against `opponent`. */
export function outcomesOf(scores: ArrayLike<number>, opponent: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: scores.length }, (_, i) => outcomeOf(scores[i] ?? 0, opponent[i] ?? 0));
}
