/** Causal multi-head self-attention over rows of equal length. */
import { hasFused, runFused } from '../backend/fused';
import { tf } from '../backend/tensorflow';
import { savedAt, withGradient } from './gradient';

export interface AttentionShape {
  readonly rows: number;
  /** Positions that can be attended to. */
  readonly keys: number;
  /** The last so many positions ask; 1 ≤ queries ≤ keys. */
  readonly queries: number;
  readonly heads: number;
}

/** qkv [rows·keys, 3·width] (query | key | value) → [rows·queries, width], for the last `queries` positions of each row. */
export function causalAttention(qkv: tf.Tensor2D, shape: AttentionShape): tf.Tensor2D {
  if (!hasFused('CausalAttention')) return plainCausalAttention(qkv, shape);
  return withGradient<tf.Tensor2D>(
    [qkv],
    () => ({ value: runFused('CausalAttention', { qkv }, shape)[0] as tf.Tensor2D, saved: [qkv] }),
    (dy, saved) => runFused('CausalAttentionGrad', { dy, qkv: savedAt(saved, 0) }, shape),
  );
}

/** The same by plain operations; permutes are four-dimensional, which stock wasm does a hundred times faster than five. */
function plainCausalAttention(qkv: tf.Tensor2D, { rows, keys, queries, heads }: AttentionShape): tf.Tensor2D {
  return tf.tidy(() => {
    const width = qkv.shape[1] / 3;
    const depth = width / heads;
    const permuted = tf.transpose(tf.reshape(qkv, [rows, keys, 3 * heads, depth]), [0, 2, 1, 3]);
    const [query, key, value] = tf.split(permuted, 3, 1) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
    const asking = tf.slice(query, [0, 0, keys - queries, 0], [rows, heads, queries, depth]);
    const scores = tf.add(tf.mul(tf.matMul(asking, key, false, true), 1 / Math.sqrt(depth)), causalMask(queries, keys));
    const mixed = tf.transpose(tf.matMul(tf.softmax(scores), value), [0, 2, 1, 3]);
    return tf.reshape<tf.Rank.R2>(mixed, [rows * queries, width]);
  });
}

/** −10⁹ where a query (one of the last `queries` positions) would look ahead. */
function causalMask(queries: number, keys: number): tf.Tensor2D {
  const mask = new Float32Array(queries * keys);
  for (let i = 0; i < queries; i += 1) mask.fill(-1e9, i * keys + keys - queries + i + 1, (i + 1) * keys);
  return tf.tensor2d(mask, [queries, keys]);
}
