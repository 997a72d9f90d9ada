// Choosing rows of 32-bit words (floats or indices alike).

/** to [count, width] = the first `width` words of the rows index [count] of from, whose rows lie `stride` words apart. */
export function gatherRows(from: usize, index: usize, count: i32, stride: i32, width: i32, to: usize): void {
  const bytes = <usize>width << 2;
  for (let i = 0; i < count; i++) {
    memory.copy(to, from + (<usize>(load<i32>(index + (<usize>i << 2)) * stride) << 2), bytes);
    to += bytes;
  }
}

/** The way back: row i of from [count, width] becomes the beginning of row index[i]. */
export function scatterRows(from: usize, index: usize, count: i32, stride: i32, width: i32, to: usize): void {
  const bytes = <usize>width << 2;
  for (let i = 0; i < count; i++) {
    memory.copy(to + (<usize>(load<i32>(index + (<usize>i << 2)) * stride) << 2), from, bytes);
    from += bytes;
  }
}
