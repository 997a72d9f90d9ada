// What happens to each float by itself. Lengths are rounded up to a multiple of four: every buffer has room for that.
import { exponential, multiplyAdd } from './lanes';

/** max(x, 0) in place. */
export function relu(x: usize, count: i32): void {
  for (const end = x + (<usize>count << 2); x < end; x += 16) v128.store(x, f32x4.max(v128.load(x), f32x4.splat(0)));
}

/** dz = dy where y > 0, else 0; dz may be dy. */
export function reluBackward(dy: usize, y: usize, count: i32, dz: usize): void {
  for (let i: usize = 0, end = <usize>count << 2; i < end; i += 16) {
    v128.store(dz + i, v128.and(v128.load(dy + i), f32x4.gt(v128.load(y + i), f32x4.splat(0))));
  }
}

/**
 * GELU as GPT-2 approximates it, x·σ(x(a + bx²)), in place; its derivative beside it unless `slope` is 0. The derivative costs
 * the backward pass an exponential if it is not kept.
 */
export function gelu(x: usize, count: i32, slope: usize): void {
  const a = f32x4.splat(1.5957691216057308);
  const b = f32x4.splat(0.07135481627260025);
  const b3 = f32x4.splat(0.21406444881780076);
  const one = f32x4.splat(1);
  for (let i: usize = 0, end = <usize>count << 2; i < end; i += 16) {
    const v = v128.load(x + i);
    const square = f32x4.mul(v, v);
    const z = f32x4.mul(v, multiplyAdd(square, b, a));
    const gate = f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(z))));
    const y = f32x4.mul(v, gate);
    v128.store(x + i, y);
    if (slope) v128.store(slope + i, multiplyAdd(f32x4.mul(y, f32x4.sub(one, gate)), multiplyAdd(square, b3, a), gate));
  }
}

/** dz = dy ∘ slope; dz may be dy. */
export function scaleBy(dy: usize, slope: usize, count: i32, dz: usize): void {
  for (let i: usize = 0, end = <usize>count << 2; i < end; i += 16) v128.store(dz + i, f32x4.mul(v128.load(dy + i), v128.load(slope + i)));
}

/** x [rows, width] += bias [width]. */
export function addBias(x: usize, bias: usize, rows: i32, width: i32): void {
  for (let row = 0; row < rows; row++) {
    let i = 0;
    for (; i + 4 <= width; i += 4) v128.store(x + (<usize>i << 2), f32x4.add(v128.load(x + (<usize>i << 2)), v128.load(bias + (<usize>i << 2))));
    for (; i < width; i++) store<f32>(x + (<usize>i << 2), load<f32>(x + (<usize>i << 2)) + load<f32>(bias + (<usize>i << 2)));
    x += <usize>width << 2;
  }
}

/** sums [width] += the columns of x [rows, width]. */
export function columnSums(x: usize, rows: i32, width: i32, sums: usize): void {
  for (let row = 0; row < rows; row++) {
    let i = 0;
    for (; i + 4 <= width; i += 4) v128.store(sums + (<usize>i << 2), f32x4.add(v128.load(sums + (<usize>i << 2)), v128.load(x + (<usize>i << 2))));
    for (; i < width; i++) store<f32>(sums + (<usize>i << 2), load<f32>(sums + (<usize>i << 2)) + load<f32>(x + (<usize>i << 2)));
    x += <usize>width << 2;
  }
}

/** to [rows, keep, width] = the last `keep` of the `length` positions of each row of from [rows, length, width]. */
export function lastPositions(from: usize, rows: i32, length: i32, keep: i32, width: i32, to: usize): void {
  const bytes = <usize>(keep * width) << 2;
  from += <usize>((length - keep) * width) << 2;
  for (let row = 0; row < rows; row++) {
    memory.copy(to, from, bytes);
    from += <usize>(length * width) << 2;
    to += bytes;
  }
}

/** The gradient of `lastPositions`: zeros for the positions that were left out. */
export function lastPositionsBackward(from: usize, rows: i32, length: i32, keep: i32, width: i32, to: usize): void {
  const bytes = <usize>(keep * width) << 2;
  const before = <usize>((length - keep) * width) << 2;
  for (let row = 0; row < rows; row++) {
    memory.fill(to, 0, before);
    memory.copy(to + before, from, bytes);
    from += bytes;
    to += before + bytes;
  }
}

export function zero(p: usize, count: i32): void {
  memory.fill(p, 0, <usize>count << 2);
}
