/** Which pairs are held out. */
import type { RandomStream } from '../../../core/random';
import { type PreferencePairs, rowLength, takeRows, type TokenRows } from '../../rows';

export interface Split {
  readonly train: PreferencePairs;
  readonly heldOut: PreferencePairs;
}

/** At most this share of a user's pairs is held out, however many are asked for. */
const LARGEST_HELD_OUT_SHARE = 0.2;

/** Pairs held out of `count`, of `wanted` ones. */
export const heldOutQuota = (count: number, wanted: number): number => Math.max(1, Math.min(wanted, Math.floor(count * LARGEST_HELD_OUT_SHARE)));

/**
 * At most `wanted` pairs and a fifth of all, at least one, drawn by chance. Pairs with the same prompt stay together
 * where that is possible, so that the held-out ones measure generalisation; where one prompt is all there is, they part.
 */
export function splitPairs(pairs: PreferencePairs, wanted: number, random: RandomStream): Split {
  const quota = heldOutQuota(pairs.chosen.rows, wanted);
  const order = Array.from(random.permutation(pairs.chosen.rows));
  const heldOut = wholeGroups(pairs.chosen, order, quota) ?? new Set(order.slice(0, quota));
  const take = (held: boolean): PreferencePairs => {
    const rows = order.filter((row) => heldOut.has(row) === held);
    return { chosen: takeRows(pairs.chosen, rows), rejected: takeRows(pairs.rejected, rows) };
  };
  return { train: take(false), heldOut: take(true) };
}

function wholeGroups(rows: TokenRows, order: readonly number[], quota: number): Set<number> | undefined {
  const groups = new Map<string, number[]>();
  for (const row of order) {
    const key = promptKey(rows, row);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const held = new Set<number>();
  for (const group of groups.values()) {
    if (held.size + group.length <= quota) for (const row of group) held.add(row);
  }
  return held.size > 0 ? held : undefined;
}

function promptKey(rows: TokenRows, row: number): string {
  const start = row * rowLength(rows);
  return rows.tokens.subarray(start, start + rows.promptLength).join();
}
