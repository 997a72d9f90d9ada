/** Least squares under an order: monotone by pooling adjacent violators (PAVA), unimodal by two of them back to back. */

interface Block {
  mean: number;
  weight: number;
  count: number;
}

/** Weighted isotonic regression: the nondecreasing values nearest to `y`. @param weights above zero; equal unless given */
export function isotonic(y: ArrayLike<number>, weights?: ArrayLike<number>): Float64Array {
  const blocks: Block[] = [];
  for (let i = 0; i < y.length; i += 1) {
    let block: Block = { mean: y[i] ?? 0, weight: weights?.[i] ?? 1, count: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.mean > block.mean; last = blocks.at(-1)) {
      blocks.pop();
      block = pool(last, block);
    }
    blocks.push(block);
  }
  const fitted = new Float64Array(y.length);
  let at = 0;
  for (const { mean, count } of blocks) at = fitted.fill(mean, at, at + count) && at + count;
  return fitted;
}

function pool(a: Block, b: Block): Block {
  const weight = a.weight + b.weight;
  return { mean: (a.mean * a.weight + b.mean * b.weight) / weight, weight, count: a.count + b.count };
}

export interface Unimodal {
  readonly fitted: Float64Array;
  /** Index of the first of the highest values. */
  readonly peak: number;
  /** Weighted sum of squared residuals. */
  readonly squares: number;
}

/** Up to a peak, down after it: of all places where the peak may be, that of least squares. */
export function unimodal(y: ArrayLike<number>, weights?: ArrayLike<number>): Unimodal {
  const values = Array.from(y);
  const heavy = values.map((_, i) => weights?.[i] ?? 1);
  let best: Unimodal | undefined;
  for (let split = 0; split <= values.length; split += 1) {
    const up = isotonic(values.slice(0, split), heavy.slice(0, split));
    const down = isotonic(values.slice(split).reverse(), heavy.slice(split).reverse()).reverse();
    const fitted = Float64Array.of(...up, ...down);
    const squares = values.reduce((sum, value, i) => sum + (heavy[i] ?? 1) * (value - (fitted[i] ?? 0)) ** 2, 0);
    if (best === undefined || squares < best.squares) best = { fitted, squares, peak: fitted.indexOf(fitted.reduce((a, b) => Math.max(a, b), -Infinity)) };
  }
  return best ?? { fitted: new Float64Array(), peak: -1, squares: 0 };
}
