/** Sampling the obvious way, with a key–value cache of concatenated tensors, as tutorials write it. */
import type { RandomStream } from '../../../src/core/random';
import { tf } from '../../../src/training/backend/tensorflow';
import { drawToken } from '../../../src/training/policy/sampler';
import type { TransformerShape } from '../../../src/training/policy/shape';
import type { TransformerWeights } from '../../../src/training/policy/weights';
import type { TokenRows } from '../../../src/training/rows';
import { END, PAD, rowLength } from '../../../src/training/rows';
import { attention, plainBlock, plainEmbed, plainNorm, plainUnembed, splitHeads } from './transformer';

interface Cached { readonly key: tf.Tensor; readonly value: tf.Tensor }

/** One response a prompt; what stands after an end token is padding. */
export function plainSample(weights: TransformerWeights, shape: TransformerShape, prompts: TokenRows, random: RandomStream, temperature = 1): TokenRows {
  const { rows, promptLength, responseLength } = prompts;
  const stride = rowLength(prompts);
  const sampled = { ...prompts, tokens: prompts.tokens.map((token, i) => (i % stride > promptLength ? PAD : token)) };
  const cache: (Cached | undefined)[] = Array.from({ length: shape.layers }, () => undefined);
  const ended = new Uint8Array(rows);
  let read = 0;
  for (let t = 0; t < responseLength; t += 1) {
    const upTo = promptLength + 1 + t;
    const logits = nextLogits({ weights, shape, sampled, cache }, read, upTo - read);
    read = upTo;
    let going = 0;
    for (let row = 0; row < rows; row += 1) {
      const u = random.uniform();
      if (ended[row]) continue;
      const token = drawToken(logits.subarray(row * shape.vocabulary, (row + 1) * shape.vocabulary), u, temperature);
      sampled.tokens[row * stride + upTo] = token;
      if (token === END) ended[row] = 1;
      else going += 1;
    }
    if (going === 0) break;
  }
  cache.forEach((layer) => layer && tf.dispose([layer.key, layer.value]));
  return sampled;
}

interface Sampling { readonly weights: TransformerWeights; readonly shape: TransformerShape; readonly sampled: TokenRows; readonly cache: (Cached | undefined)[] }

/** Logits [rows · V] after the positions first … first+length−1. */
function nextLogits({ weights, shape, sampled, cache }: Sampling, first: number, length: number): Float32Array {
  const logits = tf.tidy(() => {
    let x = plainEmbed(weights, shape, { tokens: columns(sampled, first, length), first, length });
    for (let layer = 0; layer < shape.layers; layer += 1) x = plainBlock(weights, shape, layer, x, (qkv) => attendCached(shape, qkv, cache, layer));
    const last = tf.slice(x, [0, length - 1, 0], [sampled.rows, 1, shape.width]);
    return plainUnembed(weights, shape, tf.reshape(plainNorm(weights, 'norm', last), [sampled.rows, shape.width]));
  });
  const values = logits.dataSync<'float32'>();
  logits.dispose();
  return values;
}

function attendCached(shape: TransformerShape, qkv: tf.Tensor, cache: (Cached | undefined)[], layer: number): tf.Tensor {
  const [query, newKey, newValue] = splitHeads(shape, qkv);
  const before = cache[layer];
  const key = tf.keep(before ? tf.concat([before.key, newKey], 2) : tf.clone(newKey));
  const value = tf.keep(before ? tf.concat([before.value, newValue], 2) : tf.clone(newValue));
  if (before) tf.dispose([before.key, before.value]);
  cache[layer] = { key, value };
  const length = qkv.shape[1] ?? 0;
  if (length === 1) return attention(query, key, value);
  return attention(query, key, value, tf.tensor2d(Array.from({ length }, (_, i) => Array.from({ length }, (__, j) => (j > i ? -1e9 : 0)))));
}

function columns(batch: TokenRows, first: number, length: number): Int32Array {
  const stride = rowLength(batch);
  return Int32Array.from({ length: batch.rows * length }, (_, i) => batch.tokens[Math.floor(i / length) * stride + first + (i % length)] ?? PAD);
}
