/** Whether two engines do the same work: a ratio of times means nothing where they do not. */
import type { Computed } from '../engine/contract';

/** Relative; single precision and another order of summation stay a hundred times below it. */
const TOLERANCE = 1e-4;
/** Greedy tokens may part where two logits are equal up to rounding. */
const MISSED_TOKENS = 0.01;

/** What differs, one sentence each; empty when the two agree. Only what both computed is compared. */
export function disagreements(ours: Computed, theirs: Computed): string[] {
  const found = (['lm', 'ipo', 'study'] as const).flatMap((name) => differing(`loss of ${name}`, ours.losses[name], theirs.losses[name]));
  found.push(...differing("judge's score", ours.scores, theirs.scores), ...differing('reference log-probability', ours.known, theirs.known));
  const missed = ours.greedy.filter((token, i) => token !== theirs.greedy[i]).length;
  if (ours.greedy.length !== theirs.greedy.length || missed > MISSED_TOKENS * ours.greedy.length) found.push(`${missed} of ${ours.greedy.length} greedy tokens differ`);
  return found;
}

function differing(what: string, ours: readonly number[], theirs: readonly number[]): string[] {
  if (theirs.length === 0) return [`${what} is missing`];
  return theirs.flatMap((value, i) => {
    const own = ours[i];
    const same = own !== undefined && Math.abs(value - own) <= TOLERANCE * Math.max(1, Math.abs(own));
    return same ? [] : [`${what} ${i + 1} is ${value}, ours ${own}`];
  });
}
