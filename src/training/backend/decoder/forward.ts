/** The decoder's forward pass by our kernels: a few rows at a time through all layers, so that their activations stay in the cache. */
import type { Arena } from '../arena';
import type { Pointer } from '../heap';
import type { Kernels } from '../kernels';
import { LAYER_EPSILON, RMS_EPSILON } from '../epsilon';
import type { PackedLayer } from './packed';
import type { DecoderPointers, LayerPointers } from './pointers';
import { layerTape, queriesOf, rowsAtATime, type DecoderSizes, type LayerTape } from './sizes';

export interface DecoderCall {
  readonly kernels: Kernels;
  readonly arena: Arena;
  readonly sizes: DecoderSizes;
  readonly pointers: DecoderPointers;
  readonly packed: readonly PackedLayer[];
  /** int32 [rows·length]; matches 0 where the model has none. */
  readonly tokens: Pointer;
  readonly matches: Pointer;
}

/** What each part of the rows leaves behind: its layers' tapes one after another, then the last norm's input and moments. */
export interface Tape {
  readonly layers: readonly LayerTape[];
  /** Byte offsets within a part. */
  readonly starts: readonly number[];
  readonly last: number;
  readonly lastMoments: number;
  readonly bytes: number;
}

export function tapeOf(kernels: Kernels, sizes: DecoderSizes, rows = rowsAtATime(sizes)): Tape {
  const stride = kernels.probabilityStride(sizes.length);
  const layers = Array.from({ length: sizes.layers }, (_, layer) => layerTape(sizes, rows, queriesOf(sizes, layer), stride));
  const starts: number[] = [];
  let bytes = 0;
  for (const layer of layers) {
    starts.push(bytes);
    bytes += layer.bytes;
  }
  const last = bytes;
  const lastMoments = last + 16 * Math.ceil((rows * sizes.outputs * sizes.width) / 4);
  return { layers, starts, last, lastMoments, bytes: lastMoments + 16 * Math.ceil((2 * rows * sizes.outputs) / 4) };
}

/** Floats that a whole call leaves behind. */
export const tapeFloats = (kernels: Kernels, sizes: DecoderSizes): number => (Math.ceil(sizes.rows / rowsAtATime(sizes)) * tapeOf(kernels, sizes).bytes) / 4;

export interface Part {
  readonly first: number;
  readonly rows: number;
  /** Where this part's activations lie. */
  readonly tape: Pointer;
}

/** The parts of a call; without a tape of its own each part writes over the one before it. */
export function* partsOf(sizes: DecoderSizes, tape: Pointer, stride: number): Generator<Part> {
  const step = rowsAtATime(sizes);
  for (let first = 0, at = tape; first < sizes.rows; first += step, at += stride) yield { first, rows: Math.min(step, sizes.rows - first), tape: at };
}

/** Writes the normalised hidden states of the last `outputs` positions, [rows·outputs, width]. @param keep where the tape goes; 0: nothing is kept */
export function decoderForward(call: DecoderCall, hidden: Pointer, keep: Pointer): void {
  const { kernels, arena, sizes } = call;
  const tape = tapeOf(kernels, sizes);
  const scratch = arena.take(kernels.attentionScratch(sizes.length, sizes.width / sizes.heads));
  const place = keep === 0 ? arena.take(tape.bytes) : keep;
  for (const part of partsOf(sizes, place, keep === 0 ? 0 : tape.bytes)) forwardPart(call, tape, part, { scratch, hidden });
}

interface Places { readonly scratch: Pointer; readonly hidden: Pointer }

function forwardPart(call: DecoderCall, tape: Tape, part: Part, { scratch, hidden }: Places): void {
  const { kernels, sizes, pointers, tokens, matches } = call;
  const { length, width, outputs } = sizes;
  const read = 4 * part.first * length;
  const start = part.tape + (tape.starts[0] ?? tape.last) + (tape.layers[0]?.x ?? 0);
  kernels.embed(tokens + read, matches && matches + read, pointers.token, pointers.position, pointers.match, part.rows, length, length, 0, width, start);
  tape.layers.forEach((layer, index) => {
    const base = part.tape + (tape.starts[index] ?? 0);
    const next = index + 1 < tape.layers.length ? part.tape + (tape.starts[index + 1] ?? 0) + (tape.layers[index + 1]?.x ?? 0) : part.tape + tape.last;
    const attend = (queries: number): void => {
      kernels.attentionForward(base + layer.qkv, part.rows, length, queries, sizes.heads, width / sizes.heads, base + layer.attended, base + layer.probabilities, scratch);
    };
    forwardLayer(call, index, { rows: part.rows, base, layer, next, attend });
  });
  const positions = part.rows * outputs;
  normalise(call, part.tape + tape.last, pointers.norm, pointers.normBias, positions, { y: hidden + 4 * part.first * outputs * width, moments: part.tape + tape.lastMoments });
}

export interface LayerRun {
  readonly rows: number;
  readonly base: Pointer;
  readonly layer: LayerTape;
  /** Where the layer's output goes: the next one's input. */
  readonly next: Pointer;
  /** From the layer's qkv to what its last `queries` positions attend to. */
  readonly attend: (queries: number) => void;
}

export function forwardLayer(call: Omit<DecoderCall, 'tokens' | 'matches'>, index: number, { rows, base, layer, next, attend }: LayerRun): void {
  const { kernels: k, sizes } = call;
  const { length, width, feedForward } = sizes;
  const [w, packed] = [call.pointers.layers[index] as LayerPointers, call.packed[index] as PackedLayer];
  const queries = queriesOf(sizes, index);
  const [all, asking] = [rows * length, rows * queries];
  const at = (place: number): Pointer => base + place;

  normalise(call, at(layer.x), w.attentionNorm, w.attentionNormBias, all, { y: at(layer.normed), moments: at(layer.moments) });
  k.multiply(at(layer.normed), width, 1, packed.qkv, all, 3 * width, width, at(layer.qkv), 3 * width, w.qkvBias, 0);
  attend(queries);
  k.lastPositions(at(layer.x), rows, length, queries, width, at(layer.middle));
  if (w.attentionOutBias) k.addBias(at(layer.middle), w.attentionOutBias, asking, width);
  k.multiply(at(layer.attended), width, 1, packed.attentionOut, asking, width, width, at(layer.middle), width, at(layer.middle), width);

  normalise(call, at(layer.middle), w.feedForwardNorm, w.feedForwardNormBias, asking, { y: at(layer.middleNormed), moments: at(layer.middleMoments) });
  k.multiply(at(layer.middleNormed), width, 1, packed.feedForwardIn, asking, feedForward, width, at(layer.hidden), feedForward, w.feedForwardBias, 0);
  if (sizes.gelu) k.gelu(at(layer.hidden), asking * feedForward, at(layer.slope));
  else k.relu(at(layer.hidden), asking * feedForward);
  k.multiply(at(layer.hidden), feedForward, 1, packed.feedForwardOut, asking, width, feedForward, next, width, at(layer.middle), width);
  if (w.feedForwardOutBias) k.addBias(next, w.feedForwardOutBias, asking, width);
}

/** LayerNorm where the model has a bias for it, else RMSNorm. */
export function normalise({ kernels, sizes }: Pick<DecoderCall, 'kernels' | 'sizes'>, x: Pointer, gain: Pointer, bias: Pointer, positions: number, { y, moments }: { readonly y: Pointer; readonly moments: Pointer }): void {
  kernels.normForward(x, gain, bias, positions, sizes.width, bias ? LAYER_EPSILON : RMS_EPSILON, y, moments);
}
