/** The decoder's forward pass by our kernels: a few rows at a time through all layers, so that their activations stay in the cache. */
import type { Arena } from '../arena';
import { LAYER_EPSILON, RMS_EPSILON } from '../epsilon';
import type { Pointer } from '../heap';
import type { Kernels } from '../kernels';
import type { PackedLayer } from './packed';
import type { DecoderPointers, LayerPointers } from './pointers';
import { queriesOf, type DecoderSizes, type LayerTape } from './sizes';
import { inputOf, type Part, type Plan } from './tape';

/** What a layer's pass needs, whoever runs it. */
export interface LayerCall {
  readonly kernels: Kernels;
  readonly sizes: DecoderSizes;
  readonly pointers: DecoderPointers;
  readonly packed: readonly PackedLayer[];
}

export interface DecoderCall extends LayerCall {
  readonly arena: Arena;
  readonly plan: Plan;
  /** The plan's order, int32 [rows]. */
  readonly order: Pointer;
  /** int32 [rows, length]; matches 0 where the model has none. */
  readonly tokens: Pointer;
  readonly matches: Pointer;
}

/**
 * Writes the normalised hidden states of the last `outputs` positions, [rows·outputs, width], zeros where a row does not need them.
 * @param keep where the tape goes; 0: nothing is kept
 */
export function decoderForward(call: DecoderCall, hidden: Pointer, keep: Pointer): void {
  const { kernels, arena, sizes, plan } = call;
  const { width, outputs, length, heads } = sizes;
  const scratch = arena.take(kernels.attentionScratch(length, width / heads));
  // Without a tape of its own each part writes over the one before it.
  const place = keep === 0 ? arena.take(Math.max(...plan.parts.map(({ tape }) => tape.bytes))) : keep;
  const indices = partIndices(call);
  const states = arena.floats(Math.max(...plan.parts.map((part) => part.sizes.rows * part.sizes.outputs)) * width);
  kernels.zero(hidden, sizes.rows * outputs * width);
  for (const part of plan.parts) {
    const base = keep === 0 ? place : place + part.start;
    readPart(call, part, indices);
    forwardPart({ ...call, sizes: part.sizes }, part, { base, scratch, states, ...indices });
    kernels.scatterRows(states, call.order + 4 * part.first, part.sizes.rows, outputs * width, part.sizes.outputs * width, hidden);
  }
}

/** A part's tokens and matches, side by side. */
export interface PartIndices {
  readonly partTokens: Pointer;
  readonly partMatches: Pointer;
}

export function partIndices({ arena, plan, matches }: DecoderCall): PartIndices {
  const most = Math.max(...plan.parts.map((part) => part.sizes.rows * part.sizes.length));
  return { partTokens: arena.floats(most), partMatches: matches && arena.floats(most) };
}

export function readPart({ kernels, sizes, order, tokens, matches }: DecoderCall, { first, sizes: own }: Part, { partTokens, partMatches }: PartIndices): void {
  kernels.gatherRows(tokens, order + 4 * first, own.rows, sizes.length, own.length, partTokens);
  if (matches) kernels.gatherRows(matches, order + 4 * first, own.rows, sizes.length, own.length, partMatches);
}

interface Places extends PartIndices {
  readonly base: Pointer;
  readonly scratch: Pointer;
  readonly states: Pointer;
}

function forwardPart(call: LayerCall, { tape }: Part, { base, scratch, states, partTokens, partMatches }: Places): void {
  const { kernels, sizes, pointers } = call;
  const { rows, length, width, outputs, heads } = sizes;
  kernels.embed(partTokens, partMatches, pointers.token, pointers.position, pointers.match, rows, length, 0, width, inputOf(tape, base, 0));
  tape.layers.forEach((layer, index) => {
    const at = base + (tape.starts[index] ?? 0);
    const attend = (queries: number): void => {
      kernels.attentionForward(at + layer.qkv, rows, length, queries, heads, width / heads, at + layer.attended, at + layer.probabilities, scratch);
    };
    forwardLayer(call, index, { base: at, layer, next: inputOf(tape, base, index + 1), attend });
  });
  normalise(call, { x: base + tape.last, gain: pointers.norm, bias: pointers.normBias, positions: rows * outputs, y: states, moments: base + tape.lastMoments });
}

export interface LayerRun {
  readonly base: Pointer;
  readonly layer: LayerTape;
  /** Where the layer's output goes: the next one's input. */
  readonly next: Pointer;
  /** From the layer's qkv to what its last `queries` positions attend to. */
  readonly attend: (queries: number) => void;
}

export function forwardLayer(call: LayerCall, index: number, { base, layer, next, attend }: LayerRun): void {
  const { kernels: k, sizes } = call;
  const { rows, length, width, feedForward } = sizes;
  const [w, packed] = [call.pointers.layers[index] as LayerPointers, call.packed[index] as PackedLayer];
  const queries = queriesOf(sizes, index);
  const [all, asking] = [rows * length, rows * queries];
  const at = (place: number): Pointer => base + place;

  normalise(call, { x: at(layer.x), gain: w.attentionNorm, bias: w.attentionNormBias, positions: all, y: at(layer.normed), moments: at(layer.moments) });
  k.multiply(at(layer.normed), width, 1, packed.qkv, all, 3 * width, width, at(layer.qkv), 3 * width, w.qkvBias, 0);
  attend(queries);
  k.lastPositions(at(layer.x), rows, length, queries, width, at(layer.middle));
  if (w.attentionOutBias) k.addBias(at(layer.middle), w.attentionOutBias, asking, width);
  k.multiply(at(layer.attended), width, 1, packed.attentionOut, asking, width, width, at(layer.middle), width, at(layer.middle), width);

  normalise(call, { x: at(layer.middle), gain: w.feedForwardNorm, bias: w.feedForwardNormBias, positions: asking, y: at(layer.middleNormed), moments: at(layer.middleMoments) });
  k.multiply(at(layer.middleNormed), width, 1, packed.feedForwardIn, asking, feedForward, width, at(layer.hidden), feedForward, w.feedForwardBias, 0);
  if (sizes.gelu) k.gelu(at(layer.hidden), asking * feedForward, at(layer.slope));
  else k.relu(at(layer.hidden), asking * feedForward);
  k.multiply(at(layer.hidden), feedForward, 1, packed.feedForwardOut, asking, width, feedForward, next, width, at(layer.middle), width);
  if (w.feedForwardOutBias) k.addBias(next, w.feedForwardOutBias, asking, width);
}

interface Normalisation {
  readonly x: Pointer;
  readonly gain: Pointer;
  readonly bias: Pointer;
  readonly positions: number;
  readonly y: Pointer;
  readonly moments: Pointer;
}

/** LayerNorm where the model has a bias for it, else RMSNorm. */
export function normalise({ kernels, sizes }: Pick<LayerCall, 'kernels' | 'sizes'>, { x, gain, bias, positions, y, moments }: Normalisation): void {
  kernels.normForward(x, gain, bias, positions, sizes.width, bias ? LAYER_EPSILON : RMS_EPSILON, y, moments);
}
