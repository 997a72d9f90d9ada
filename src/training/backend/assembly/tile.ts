// The innermost loops of every matrix product: a tile of 4 or 1 rows by 8 columns, kept in registers over the whole inner
// dimension. The left operand is read where it lies (any row and column stride, so transposed is no different); the right one
// from a panel of 8 columns, packed so that each step reads 32 bytes in a row.
import { multiplyAdd } from './lanes';

export const COLUMNS: i32 = 8;
/** Bytes of one packed step: 8 floats. */
export const STEP: usize = 32;

/**
 * c [4, 8] = start [4, 8] + a [4, inner] · panel [inner, 8]. Strides in bytes; `start` 0 means zeros, a `startStride` of 0 one
 * row for all (a bias), and start = c accumulates.
 */
export function tile4(a: usize, rowStride: usize, innerStride: usize, panel: usize, inner: i32, c: usize, cStride: usize, start: usize, startStride: usize): void {
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  if (start) {
    s00 = v128.load(start), s01 = v128.load(start, 16);
    start += startStride;
    s10 = v128.load(start), s11 = v128.load(start, 16);
    start += startStride;
    s20 = v128.load(start), s21 = v128.load(start, 16);
    start += startStride;
    s30 = v128.load(start), s31 = v128.load(start, 16);
  }
  const row2 = rowStride + rowStride;
  const row3 = row2 + rowStride;
  for (let k = 0; k < inner; k++) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    let x = v128.load32_splat(a);
    s00 = multiplyAdd(x, b0, s00);
    s01 = multiplyAdd(x, b1, s01);
    x = v128.load32_splat(a + rowStride);
    s10 = multiplyAdd(x, b0, s10);
    s11 = multiplyAdd(x, b1, s11);
    x = v128.load32_splat(a + row2);
    s20 = multiplyAdd(x, b0, s20);
    s21 = multiplyAdd(x, b1, s21);
    x = v128.load32_splat(a + row3);
    s30 = multiplyAdd(x, b0, s30);
    s31 = multiplyAdd(x, b1, s31);
    a += innerStride;
    panel += STEP;
  }
  v128.store(c, s00), v128.store(c, s01, 16);
  c += cStride;
  v128.store(c, s10), v128.store(c, s11, 16);
  c += cStride;
  v128.store(c, s20), v128.store(c, s21, 16);
  c += cStride;
  v128.store(c, s30), v128.store(c, s31, 16);
}

/** The same for one row. */
export function tile1(a: usize, innerStride: usize, panel: usize, inner: i32, c: usize, start: usize): void {
  let s0 = f32x4.splat(0), s1 = s0;
  if (start) s0 = v128.load(start), s1 = v128.load(start, 16);
  for (let k = 0; k < inner; k++) {
    const x = v128.load32_splat(a);
    s0 = multiplyAdd(x, v128.load(panel), s0);
    s1 = multiplyAdd(x, v128.load(panel, 16), s1);
    a += innerStride;
    panel += STEP;
  }
  v128.store(c, s0), v128.store(c, s1, 16);
}
