/** Large batches go through the model a part at a time, so that memory stays bounded whatever the evaluation asks for. */
import { tf } from '../backend/tensorflow';
import type { TokenRows } from '../rows';
import { rowLength } from '../rows';

/** Rows a part: enough to keep the kernels busy, small enough that a part's activations stay in the cache. */
export const DEFAULT_CHUNK = 128;

/** The parts of a batch in order; they share its memory. */
export function* chunksOf(batch: TokenRows, chunk = DEFAULT_CHUNK): Generator<{ readonly start: number; readonly part: TokenRows }> {
  const length = rowLength(batch);
  for (let start = 0; start < batch.rows; start += chunk) {
    const rows = Math.min(chunk, batch.rows - start);
    yield { start, part: { ...batch, rows, tokens: batch.tokens.subarray(start * length, (start + rows) * length) } };
  }
}

/** One value a row, computed a part at a time. */
export function overChunks(batch: TokenRows, chunk: number | undefined, compute: (part: TokenRows) => tf.Tensor1D): Float32Array {
  const values = new Float32Array(batch.rows);
  for (const { start, part } of chunksOf(batch, chunk)) {
    const tensor = tf.tidy(() => compute(part));
    values.set(tensor.dataSync<'float32'>(), start);
    tensor.dispose();
  }
  return values;
}
