/** Sampling by our kernels: token after token with a key–value cache, nothing copied and nothing allocated on the way. */
import type { Pointer } from '../heap';
import { forwardLayer, normalise, tapeOf, type DecoderCall, type Tape } from './forward';
import { packed } from './packed';
import type { DecoderSizes } from './sizes';

export interface SampleCall extends Omit<DecoderCall, 'matches' | 'sizes'> {
  /** `length` is a whole row's, prompt, separator and response. */
  readonly sizes: DecoderSizes;
  readonly promptLength: number;
  /** [width, vocabulary], and what is added to all logits. */
  readonly unembedding: Pointer;
  readonly logitBias: Pointer;
  /** 64-bit uniforms [rows, response length]. */
  readonly noise: Pointer;
  /** 0 takes the likeliest token. */
  readonly temperature: number;
  readonly end: number;
}

/** Rows that go through together: their caches then stay in the second-level cache. */
const ROWS_AT_A_TIME = 64;

/** Writes the responses into `tokens` [rows, length], which holds prompts, separators and padding. */
export function sampleRows(call: SampleCall): void {
  const { kernels, arena, sizes } = call;
  const rows = Math.min(ROWS_AT_A_TIME, sizes.rows);
  const capacity = 4 * Math.ceil(sizes.length / 4);
  const sampler: Sampler = {
    call,
    capacity,
    layerCache: rows * sizes.heads * kernels.cacheBlock(capacity, sizes.width / sizes.heads),
    cache: 0,
    unembedding: packed(kernels, arena, call.unembedding, sizes.width, sizes.vocabulary),
    tape: arena.take(tapeOf(kernels, windowOf(sizes, rows, call.promptLength + 1), rows).bytes),
    hidden: arena.floats(rows * sizes.width),
    logits: arena.floats(rows * sizes.vocabulary),
    ended: arena.take(4 * Math.ceil(rows / 4)),
    scratch: arena.floats(Math.max(sizes.vocabulary, capacity + sizes.width)),
  };
  const cache = arena.floats(sampler.layerCache * sizes.layers);
  for (let first = 0; first < sizes.rows; first += rows) samplePart({ ...sampler, cache }, first, Math.min(rows, sizes.rows - first));
}

interface Sampler {
  readonly call: SampleCall;
  readonly capacity: number;
  /** Floats of one layer's cache. */
  readonly layerCache: number;
  readonly cache: Pointer;
  readonly unembedding: Pointer;
  readonly tape: Pointer;
  readonly hidden: Pointer;
  readonly logits: Pointer;
  readonly ended: Pointer;
  readonly scratch: Pointer;
}

/** The sizes of a pass over `length` new positions of which the last one's logits are wanted. */
const windowOf = (sizes: DecoderSizes, rows: number, length: number): DecoderSizes => ({ ...sizes, rows, length, outputs: 1 });

function samplePart(sampler: Sampler, firstRow: number, rows: number): void {
  const { call, cache, layerCache, ended } = sampler;
  const { kernels, sizes, promptLength } = call;
  const responseLength = sizes.length - promptLength - 1;
  kernels.zero(cache, layerCache * sizes.layers);
  kernels.zero(ended, Math.ceil(rows / 4));
  const passes = { prompt: pass(sampler, rows, promptLength + 1), token: pass(sampler, rows, 1) };
  for (let t = 0, seen = 0; t < responseLength; t += 1) {
    const next = t === 0 ? passes.prompt : passes.token;
    next(firstRow, seen);
    seen = promptLength + 1 + t;
    const to = call.tokens + 4 * (firstRow * sizes.length + seen);
    const noise = call.noise + 8 * (firstRow * responseLength + t);
    const going = kernels.drawTokens(sampler.logits, rows, sizes.vocabulary, noise, responseLength, call.temperature, call.end, to, sizes.length, ended, sampler.scratch);
    if (going === 0) return;
  }
}

/** A pass over `length` new positions a row, from position `seen` on; leaves the logits of the last. */
function pass(sampler: Sampler, rows: number, length: number): (firstRow: number, seen: number) => void {
  const { call } = sampler;
  const sizes = windowOf(call.sizes, rows, length);
  const tape = tapeOf(call.kernels, sizes, rows);
  return (firstRow, seen) => {
    const { kernels, pointers } = call;
    const base = sampler.tape;
    const tokens = call.tokens + 4 * (firstRow * call.sizes.length + seen);
    kernels.embed(tokens, 0, pointers.token, pointers.position, 0, rows, length, call.sizes.length, seen, sizes.width, base + (tape.starts[0] ?? 0) + (tape.layers[0]?.x ?? 0));
    for (let layer = 0; layer < sizes.layers; layer += 1) passLayer(sampler, { sizes, tape, rows, seen }, layer);
    normalise({ kernels, sizes }, base + tape.last, pointers.norm, pointers.normBias, rows, { y: sampler.hidden, moments: base + tape.lastMoments });
    kernels.multiply(sampler.hidden, sizes.width, 1, sampler.unembedding, rows, sizes.vocabulary, sizes.width, sampler.logits, sizes.vocabulary, call.logitBias, 0);
  };
}

interface Pass { readonly sizes: DecoderSizes; readonly tape: Tape; readonly rows: number; readonly seen: number }

function passLayer({ call, tape: start, cache, layerCache, capacity, scratch }: Sampler, { sizes, tape, rows, seen }: Pass, index: number): void {
  const layer = tape.layers[index] as Tape['layers'][number];
  const base = start + (tape.starts[index] ?? 0);
  const nextLayer = tape.layers[index + 1];
  const next = nextLayer ? start + (tape.starts[index + 1] ?? 0) + nextLayer.x : start + tape.last;
  const depth = sizes.width / sizes.heads;
  const attend = (queries: number): void => {
    call.kernels.cachedAttention(base + layer.qkv, cache + 4 * index * layerCache, rows, sizes.heads, depth, capacity, seen, sizes.length, queries, base + layer.attended, scratch);
  };
  forwardLayer({ ...call, sizes }, index, { rows, base, layer, next, attend });
}
