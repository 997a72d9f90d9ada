// Matrix products in every transposition.
import { COLUMNS, STEP, tile1, tile4 } from './tile';

/** Bytes of `packRight`'s result for b [inner, columns]. */
export function packedBytes(inner: i32, columns: i32): i32 {
  return (((columns + 7) & ~7) * inner) << 2;
}

/**
 * b [inner, columns], element (k, j) at b + 4·(k·innerStride + j·columnStride), into panels of 8 columns: [panel, inner, 8], the last
 * one filled up with zeros.
 */
export function packRight(b: usize, innerStride: i32, columnStride: i32, inner: i32, columns: i32, packed: usize): void {
  for (let j = 0; j < columns; j += COLUMNS) {
    const width = min(COLUMNS, columns - j);
    const from = b + (<usize>(j * columnStride) << 2);
    if (width == COLUMNS && columnStride == 1) packRows(from, <usize>innerStride << 2, inner, packed);
    else if (width == COLUMNS && innerStride == 1) packColumns(from, <usize>columnStride << 2, inner, packed);
    else packAny(from, <usize>innerStride << 2, <usize>columnStride << 2, inner, width, packed);
    packed += STEP * inner;
  }
}

function packRows(from: usize, stride: usize, inner: i32, to: usize): void {
  for (let k = 0; k < inner; k++) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    from += stride;
    to += STEP;
  }
}

/** Transposes blocks of 4 × 4 in registers. */
function packColumns(from: usize, stride: usize, inner: i32, to: usize): void {
  let k = 0;
  for (; k + 4 <= inner; k += 4) {
    packBlock(from, stride, to);
    packBlock(from + 4 * stride, stride, to + 16);
    from += 16;
    to += 4 * STEP;
  }
  if (k < inner) packAny(from, 4, stride, inner - k, COLUMNS, to);
}

@inline
function packBlock(from: usize, stride: usize, to: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + stride);
  const r2 = v128.load(from + 2 * stride);
  const r3 = v128.load(from + 3 * stride);
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(t0, t1, 0, 1, 4, 5));
  v128.store(to + STEP, v128.shuffle<f32>(t0, t1, 2, 3, 6, 7));
  v128.store(to + 2 * STEP, v128.shuffle<f32>(t2, t3, 0, 1, 4, 5));
  v128.store(to + 3 * STEP, v128.shuffle<f32>(t2, t3, 2, 3, 6, 7));
}

function packAny(from: usize, innerStride: usize, columnStride: usize, inner: i32, width: i32, to: usize): void {
  for (let k = 0; k < inner; k++) {
    let at = from;
    for (let j = 0; j < width; j++, at += columnStride) store<f32>(to + (<usize>j << 2), load<f32>(at));
    for (let j = width; j < COLUMNS; j++) store<f32>(to + (<usize>j << 2), 0);
    from += innerStride;
    to += STEP;
  }
}

/**
 * c [rows, columns] = start + a [rows, inner] · b, b packed. Element (i, k) of a at a + 4·(i·rowStride + k·innerStride); c's rows lie
 * `cStride` floats apart. `start` 0: zeros; else a matrix whose rows lie `startStride` floats apart (0: one row for all; start = c
 * accumulates).
 */
export function multiply(a: usize, rowStride: i32, innerStride: i32, packed: usize, rows: i32, columns: i32, inner: i32, c: usize, cStride: i32, start: usize, startStride: i32): void {
  const row = <usize>rowStride << 2;
  const step = <usize>innerStride << 2;
  const cRow = <usize>cStride << 2;
  const startRow = <usize>startStride << 2;
  for (let j = 0; j < columns; j += COLUMNS) {
    const at = <usize>j << 2;
    const from = start ? start + at : 0;
    if (columns - j >= COLUMNS) panel(a, row, step, packed, rows, inner, c + at, cRow, from, startRow);
    else narrow(a, row, step, packed, rows, columns - j, inner, c + at, cRow, from, startRow);
    packed += STEP * inner;
  }
}

function panel(a: usize, row: usize, step: usize, packed: usize, rows: i32, inner: i32, c: usize, cRow: usize, start: usize, startRow: usize): void {
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    tile4(a, row, step, packed, inner, c, cRow, start, startRow);
    a += 4 * row;
    c += 4 * cRow;
    if (start) start += 4 * startRow;
  }
  for (; i < rows; i++) {
    tile1(a, step, packed, inner, c, start);
    a += row;
    c += cRow;
    if (start) start += startRow;
  }
}

/** The last 1 to 7 columns: a dot product each, because whole tiles would write over what lies beside them. */
function narrow(a: usize, row: usize, step: usize, packed: usize, rows: i32, width: i32, inner: i32, c: usize, cRow: usize, start: usize, startRow: usize): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) {
      const at = <usize>j << 2;
      let sum: f32 = start ? load<f32>(start + at) : 0;
      let x = a;
      let y = packed + at;
      for (let k = 0; k < inner; k++) {
        sum += load<f32>(x) * load<f32>(y);
        x += step;
        y += STEP;
      }
      store<f32>(c + at, sum);
    }
    a += row;
    c += cRow;
    if (start) start += startRow;
  }
}
