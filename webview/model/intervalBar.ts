/** Where a claim's effect and its interval lie on a bar; bars of one unit share a scale, so that they can be compared. */
import type { Claim, EffectUnit } from '../../src/core/study/types';

export interface Bar {
  /** 0 to 1 along the bar. */
  readonly zero: number;
  readonly low: number;
  readonly high: number;
  readonly value: number;
  /** The margin within which a difference is too small to matter. */
  readonly margin?: { readonly low: number; readonly high: number };
}

/** Room at both ends, so that a mark on the edge is whole. */
const ROOM = 0.06;

/** The same order as the claims; undefined for one without an effect, or with one that is no number. */
export function intervalBars(claims: readonly Claim[]): (Bar | undefined)[] {
  const extents = new Map<EffectUnit, { low: number; high: number }>();
  for (const { effect, side } of claims) {
    if (effect === null || !isDrawable(effect)) continue;
    const margin = side.kind === 'within' ? side.margin : 0;
    const extent = extents.get(effect.unit) ?? { low: 0, high: 0 };
    extents.set(effect.unit, { low: Math.min(extent.low, effect.low, -margin), high: Math.max(extent.high, effect.high, margin) });
  }
  return claims.map(({ effect, side }) => {
    const extent = effect === null || !isDrawable(effect) ? undefined : extents.get(effect.unit);
    if (effect === null || extent === undefined) return undefined;
    const width = extent.high - extent.low;
    const at = (value: number): number => (width === 0 ? 0.5 : ROOM + ((value - extent.low) / width) * (1 - 2 * ROOM));
    const bar = { zero: at(0), low: at(effect.low), high: at(effect.high), value: at(effect.value) };
    return side.kind === 'within' ? { ...bar, margin: { low: at(-side.margin), high: at(side.margin) } } : bar;
  });
}

const isDrawable = ({ value, low, high }: { readonly value: number; readonly low: number; readonly high: number }): boolean => [value, low, high].every(Number.isFinite);
