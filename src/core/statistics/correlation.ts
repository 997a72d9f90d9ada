/** Rank correlation. */
import { sampleCorrelation } from 'simple-statistics';

/**
 * Spearman's ρ: Pearson's on ranks, ties sharing their mean rank. simple-statistics' own `sampleRankCorrelation` gives
 * ties the ranks of their order in the input, so a constant series would correlate; hence only its Pearson is used.
 * @returns NaN with fewer than two points or where either side is constant
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length < 2 || x.length !== y.length || isConstant(x) || isConstant(y)) return NaN;
  return Math.min(1, Math.max(-1, sampleCorrelation(ranks(x), ranks(y))));
}

const isConstant = (values: ArrayLike<number>): boolean => Array.from(values).every((value) => value === values[0]);

/** 1-based mean ranks. */
export function ranks(values: ArrayLike<number>): number[] {
  const order = Array.from(values, (_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranked = new Array<number>(values.length).fill(0);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end += 1;
    for (let i = start; i < end; i += 1) ranked[order[i] ?? 0] = (start + end + 1) / 2;
    start = end;
  }
  return ranked;
}
