/** Sampling by our kernels: token after token with a key–value cache, nothing copied and nothing allocated on the way. */
import type { Arena } from '../arena';
import type { Pointer, WasmHeap } from '../heap';
import { forwardLayer, normalise, type LayerCall } from './forward';
import { packed } from './packed';
import type { DecoderSizes, LayerTape } from './sizes';
import { inputOf, tapeOf, type Tape } from './tape';

export interface SampleCall extends LayerCall {
  readonly arena: Arena;
  readonly heap: WasmHeap;
  /** `length` is a whole row's: prompt, separator and response. */
  readonly sizes: DecoderSizes;
  readonly promptLength: number;
  /** int32 [rows, length]. */
  readonly tokens: Pointer;
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

interface Sampler {
  readonly call: SampleCall;
  readonly capacity: number;
  /** Floats of one layer's cache. */
  readonly layerCache: number;
  readonly cache: Pointer;
  readonly unembedding: Pointer;
  readonly tape: Pointer;
  /** New tokens of the rows that go on, and which rows these are. */
  readonly newTokens: Pointer;
  readonly active: Pointer;
  readonly hidden: Pointer;
  readonly logits: Pointer;
  readonly scratch: Pointer;
}

/** Writes the responses into `tokens`, which holds prompts, separators and padding. */
export function sampleRows(call: SampleCall): void {
  const { kernels, arena, sizes, promptLength } = call;
  const rows = Math.min(ROWS_AT_A_TIME, sizes.rows);
  const capacity = 4 * Math.ceil(sizes.length / 4);
  const layerCache = rows * sizes.heads * kernels.cacheBlock(capacity, sizes.width / sizes.heads);
  const sampler: Sampler = {
    call, capacity, layerCache,
    cache: arena.floats(layerCache * sizes.layers),
    unembedding: packed(kernels, arena, call.unembedding, sizes.width, sizes.vocabulary),
    tape: arena.take(tapeOf(kernels, windowOf(sizes, rows, promptLength + 1)).bytes),
    newTokens: arena.floats(rows * (promptLength + 1)),
    active: arena.floats(rows),
    hidden: arena.floats(rows * sizes.width),
    logits: arena.floats(rows * sizes.vocabulary),
    scratch: arena.floats(Math.max(sizes.vocabulary, capacity + sizes.width)),
  };
  for (let first = 0; first < sizes.rows; first += rows) samplePart(sampler, first, Math.min(rows, sizes.rows - first));
}

/** The sizes of a pass over `length` new positions of which the last one's logits are wanted. */
const windowOf = (sizes: DecoderSizes, rows: number, length: number): DecoderSizes => ({ ...sizes, rows, length, outputs: 1 });

/** Rows that have ended drop out: the default task's responses end at 7 of 16 tokens. */
function samplePart(sampler: Sampler, firstRow: number, rows: number): void {
  const { call, cache, layerCache, active } = sampler;
  const { kernels, heap, sizes, promptLength } = call;
  const responseLength = sizes.length - promptLength - 1;
  const tokens = call.tokens + 4 * firstRow * sizes.length;
  const noise = call.noise + 8 * firstRow * responseLength;
  kernels.zero(cache, layerCache * sizes.layers);
  new Int32Array(heap.memory.buffer, active, rows).forEach((_, row, indices) => { indices[row] = row; });
  for (let t = 0, seen = 0, going = rows; t < responseLength && going > 0; t += 1) {
    pass(sampler, tokens, { sizes: windowOf(sizes, going, t === 0 ? promptLength + 1 : 1), seen });
    seen = promptLength + 1 + t;
    going = kernels.drawTokens(sampler.logits, active, going, sizes.vocabulary, noise + 8 * t, responseLength, call.temperature, call.end, tokens + 4 * seen, sizes.length, sampler.scratch);
  }
}

/** New positions of the rows that go on, from position `seen` on. */
interface Pass {
  readonly sizes: DecoderSizes;
  readonly seen: number;
}

/** Leaves the logits of the last of the new positions. */
function pass(sampler: Sampler, tokens: Pointer, { sizes, seen }: Pass): void {
  const { call, tape: base, newTokens, active } = sampler;
  const { kernels, pointers } = call;
  const { rows, length, width, vocabulary } = sizes;
  const tape = tapeOf(kernels, sizes);
  kernels.gatherRows(tokens + 4 * seen, active, rows, call.sizes.length, length, newTokens);
  kernels.embed(newTokens, 0, pointers.token, pointers.position, 0, rows, length, seen, width, inputOf(tape, base, 0));
  tape.layers.forEach((layer, index) => { passLayer(sampler, { sizes, seen }, { tape, layer, index }); });
  normalise({ kernels, sizes }, { x: base + tape.last, gain: pointers.norm, bias: pointers.normBias, positions: rows, y: sampler.hidden, moments: base + tape.lastMoments });
  kernels.multiply(sampler.hidden, width, 1, sampler.unembedding, rows, vocabulary, width, sampler.logits, vocabulary, call.logitBias, 0);
}

function passLayer(sampler: Sampler, { sizes, seen }: Pass, { tape, layer, index }: { readonly tape: Tape; readonly layer: LayerTape; readonly index: number }): void {
  const { call, capacity, layerCache, active, scratch } = sampler;
  const { rows, heads, width, length } = sizes;
  const base = sampler.tape + (tape.starts[index] ?? 0);
  const cache = sampler.cache + 4 * index * layerCache;
  const attend = (queries: number): void => {
    call.kernels.cachedAttention(base + layer.qkv, cache, active, rows, heads, width / heads, capacity, seen, length, queries, base + layer.attended, scratch);
  };
  forwardLayer({ ...call, sizes }, index, { base, layer, next: inputOf(tape, sampler.tape, index + 1), attend });
}
