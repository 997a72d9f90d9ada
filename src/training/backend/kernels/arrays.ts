/** The few stock operations that TensorFlow.js' wasm backend lacks or does slowly, on plain arrays. */

/** out [segments, size] = sums of the rows of x that share a segment id; ids outside 0 … segments−1 are left out, as on every backend. */
export function segmentSum(x: Float32Array | Int32Array, ids: Int32Array, segments: number, out: Float32Array | Int32Array): void {
  const size = ids.length === 0 ? 0 : x.length / ids.length;
  out.fill(0);
  for (let row = 0; row < ids.length; row += 1) {
    const id = ids[row]!;
    if (id < 0 || id >= segments) continue;
    for (let i = 0; i < size; i += 1) out[id * size + i] = out[id * size + i]! + x[row * size + i]!;
  }
}

const BLOCK = 16;

/** out [columns, rows] = xᵀ, in blocks that fit the first-level cache. */
export function transpose(x: Float32Array, rows: number, columns: number, out: Float32Array): void {
  for (let r0 = 0; r0 < rows; r0 += BLOCK) {
    const r1 = Math.min(rows, r0 + BLOCK);
    for (let c0 = 0; c0 < columns; c0 += BLOCK) {
      const c1 = Math.min(columns, c0 + BLOCK);
      for (let r = r0; r < r1; r += 1) for (let c = c0; c < c1; c += 1) out[c * rows + r] = x[r * columns + c]!;
    }
  }
}

/** out [columns] = sums over rows, accumulated in double precision. */
export function columnSums(x: Float32Array, columns: number, out: Float32Array): void {
  const sums = new Float64Array(columns);
  for (let at = 0; at < x.length; at += columns) for (let c = 0; c < columns; c += 1) sums[c] = sums[c]! + x[at + c]!;
  out.set(sums);
}
