// Operations that TensorFlow.js' wasm backend lacks or does slowly.

/** out [columns, rows] = x [rows, columns] transposed, in blocks that fit the first-level cache. */
export function transpose(x: usize, rows: i32, columns: i32, out: usize): void {
  for (let r0 = 0; r0 < rows; r0 += 16) {
    const r1 = min(rows, r0 + 16);
    for (let c0 = 0; c0 < columns; c0 += 16) {
      const c1 = min(columns, c0 + 16);
      for (let r = r0; r < r1; r++) {
        for (let c = c0; c < c1; c++) store<f32>(out + (<usize>(c * rows + r) << 2), load<f32>(x + (<usize>(r * columns + c) << 2)));
      }
    }
  }
}

/** out [segments, size] = sums of the rows of x that share a segment id; other ids are left out, as on every backend. */
export function segmentSum(x: usize, ids: usize, count: i32, size: i32, segments: i32, out: usize): void {
  memory.fill(out, 0, <usize>(segments * size) << 2);
  for (let row = 0; row < count; row++) {
    const id = load<i32>(ids + (<usize>row << 2));
    if (id >= 0 && id < segments) {
      const to = out + (<usize>(id * size) << 2);
      for (let i = 0; i < size; i++) store<f32>(to + (<usize>i << 2), load<f32>(to + (<usize>i << 2)) + load<f32>(x + (<usize>i << 2)));
    }
    x += <usize>size << 2;
  }
}
