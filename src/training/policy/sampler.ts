/** Ancestral sampling with a key–value cache. */
import type { RandomStream } from '../../core/random';
import { hasFused } from '../backend/fused';
import { tf } from '../backend/tensorflow';
import type { TokenRows } from '../rows';
import { END, PAD, SEPARATOR, rowLength } from '../rows';
import { applyBlock, norm } from './block';
import { KeyValueCache } from './cache';
import { chunksOf } from './chunks';
import type { EmbeddingInput } from './embedding';
import { embed, matchOf } from './embedding';
import type { TransformerShape } from './shape';
import { decoderSizes, fusedSample } from './fusedDecoder';
import { unembed } from './unembedding';
import type { TransformerWeights } from './weights';

export interface SamplingOptions {
  /** 1 unless told; 0 takes the likeliest token. */
  readonly temperature?: number;
  /** Rows a part; the samples do not depend on it. */
  readonly chunk?: number;
}

const SAMPLING_CHUNK = 512;

/**
 * One response a prompt (the responses in `prompts` are ignored). One uniform a row and position is drawn from `random`,
 * in row order and whether the row still needs it or not: with equal streams two checkpoints are compared under the same noise.
 */
export function sampleResponses(weights: TransformerWeights, shape: TransformerShape, prompts: TokenRows, random: RandomStream, options: SamplingOptions = {}): TokenRows {
  const sampled: TokenRows = { ...prompts, tokens: Int32Array.from(prompts.tokens) };
  const noise = Float64Array.from({ length: prompts.rows * prompts.responseLength }, () => random.uniform());
  for (const { start, part } of chunksOf(sampled, options.chunk ?? SAMPLING_CHUNK)) {
    const from = start * prompts.responseLength;
    sampleChunk({ weights, shape, batch: part, noise: noise.subarray(from), temperature: options.temperature ?? 1 });
  }
  return sampled;
}

interface Sampling {
  readonly weights: TransformerWeights;
  readonly shape: TransformerShape;
  /** Written in place. */
  readonly batch: TokenRows;
  readonly noise: Float64Array;
  readonly temperature: number;
}

function sampleChunk(sampling: Sampling): void {
  const { shape, batch } = sampling;
  clearResponses(batch);
  // A policy knows nothing of prompt matches; should one be told of them, the plain way reads them.
  if (hasFused('SampleResponses') && !shape.promptMatch) return sampleFused(sampling);
  const cache = new KeyValueCache({ rows: batch.rows, capacity: rowLength(batch), ...shape });
  const ended = new Uint8Array(batch.rows);
  let first = 0;
  for (let t = 0; t < batch.responseLength; t += 1) {
    const length = batch.promptLength + 1 + t - first;
    const logits = nextLogits(sampling, cache, first, length);
    first += length;
    if (drawTokens(sampling, t, logits, ended) === 0) return;
  }
}

function sampleFused({ weights, shape, batch, noise, temperature }: Sampling): void {
  const length = rowLength(batch);
  const sizes = decoderSizes(shape, { rows: batch.rows, length, outputs: 1 });
  tf.tidy(() => {
    const tokens = tf.tensor2d(batch.tokens, [batch.rows, length], 'int32');
    const attributes = { sizes, promptLength: batch.promptLength, noise: noise.subarray(0, batch.rows * batch.responseLength), temperature, end: END };
    batch.tokens.set(fusedSample(weights, tokens, attributes).dataSync<'int32'>());
  });
}

function clearResponses({ rows, promptLength, responseLength, tokens }: TokenRows): void {
  const length = promptLength + 1 + responseLength;
  for (let row = 0; row < rows; row += 1) {
    tokens[row * length + promptLength] = SEPARATOR;
    tokens.fill(PAD, row * length + promptLength + 1, (row + 1) * length);
  }
}

/** Logits [rows, V] after the positions first … first+length−1, which the cache has not seen yet. */
function nextLogits({ weights, shape, batch }: Sampling, cache: KeyValueCache, first: number, length: number): Float32Array {
  const logits = tf.tidy(() => cachedLogits(weights, shape, newPositions(shape, batch, first, length), cache));
  const values = logits.dataSync<'float32'>();
  logits.dispose();
  return values;
}

/** Logits [rows, V] at the last of the new positions. */
export function cachedLogits(weights: TransformerWeights, shape: TransformerShape, input: EmbeddingInput, cache: KeyValueCache): tf.Tensor2D {
  const rows = input.tokens.size / input.length;
  let x = embed(weights, input);
  for (let layer = 0; layer < shape.layers; layer += 1) {
    x = applyBlock({ weights, shape, layer, attend: (qkv) => cache.attend(layer, qkv), keep: (all) => all }, x);
  }
  if (input.length > 1) {
    const cut = tf.slice(tf.reshape(x, [rows, input.length, shape.width]), [0, input.length - 1, 0], [rows, 1, shape.width]);
    x = tf.reshape<tf.Rank.R2>(cut, [rows, shape.width]);
  }
  return unembed(weights, norm(weights, 'norm', x));
}

export function newPositions(shape: TransformerShape, { rows, promptLength, responseLength, tokens }: TokenRows, first: number, length: number): EmbeddingInput {
  const stride = promptLength + 1 + responseLength;
  const ids = new Int32Array(rows * length);
  const matches = new Int32Array(shape.promptMatch ? ids.length : 0);
  for (let row = 0; row < rows; row += 1) {
    const start = row * stride;
    for (let i = 0; i < length; i += 1) {
      const token = tokens[start + first + i] ?? PAD;
      ids[row * length + i] = token;
      if (shape.promptMatch && first + i > promptLength) matches[row * length + i] = matchOf(tokens.subarray(start, start + promptLength), token);
    }
  }
  return { tokens: tf.tensor1d(ids, 'int32'), ...(shape.promptMatch ? { matches: tf.tensor1d(matches, 'int32') } : {}), first, length };
}

/** Writes token t of every row that has not ended; answers how many rows go on. */
function drawTokens({ shape, batch, noise, temperature }: Sampling, t: number, logits: Float32Array, ended: Uint8Array): number {
  const length = rowLength(batch);
  let going = 0;
  for (let row = 0; row < batch.rows; row += 1) {
    if (ended[row]) continue;
    const own = logits.subarray(row * shape.vocabulary, (row + 1) * shape.vocabulary);
    const token = drawToken(own, noise[row * batch.responseLength + t] ?? 0, temperature);
    batch.tokens[row * length + batch.promptLength + 1 + t] = token;
    if (token === END) ended[row] = 1;
    else going += 1;
  }
  return going;
}

/** Inverse of the cumulative distribution at u in [0, 1). */
export function drawToken(logits: Float32Array, u: number, temperature: number): number {
  let likeliest = 0;
  for (let i = 1; i < logits.length; i += 1) if (logits[i]! > logits[likeliest]!) likeliest = i;
  if (temperature === 0) return likeliest;
  const most = logits[likeliest]!;
  const weights = new Float64Array(logits.length);
  let total = 0;
  for (let i = 0; i < logits.length; i += 1) {
    const weight = Math.exp((logits[i]! - most) / temperature);
    weights[i] = weight;
    total += weight;
  }
  let left = u * total;
  for (let i = 0; i < logits.length; i += 1) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  // Reached only when rounding leaves a remainder at the very end.
  return likeliest;
}
