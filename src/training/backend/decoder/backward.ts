/** The decoder's backward pass: from the gradient of its hidden states to those of all its weights, over the tape of the forward pass. */
import type { Pointer } from '../heap';
import type { PackedLayer } from './packed';
import type { DecoderPointers, LayerPointers } from './pointers';
import { partIndices, readPart, type DecoderCall, type LayerCall, type PartIndices } from './forward';
import { queriesOf, type DecoderSizes, type LayerTape } from './sizes';
import type { Part } from './tape';

/** `call.packed` as by packBackward. Gradients are added to, so they begin as zeros. */
export function decoderBackward(call: DecoderCall, dHidden: Pointer, keep: Pointer, gradients: DecoderPointers): void {
  const { kernels, sizes, plan, order } = call;
  const work = workspace(call);
  const indices = partIndices(call);
  for (const part of plan.parts) {
    const own = part.sizes;
    readPart(call, part, indices);
    kernels.gatherRows(dHidden, order + 4 * part.first, own.rows, sizes.outputs * sizes.width, own.outputs * sizes.width, work.dStates);
    backwardPart({ call: { ...call, sizes: own }, part, base: keep + part.start, work, gradients }, indices);
  }
}

/** Gradients of activations, for one part and used again by every layer. */
interface Workspace {
  /** Of the residual stream, and where the one before a layer is built up. */
  readonly dx: readonly [Pointer, Pointer];
  readonly dStates: Pointer;
  readonly dHidden: Pointer;
  readonly dNormed: Pointer;
  readonly dAttended: Pointer;
  readonly dQkv: Pointer;
  readonly packed: Pointer;
  readonly scratch: Pointer;
}

function workspace({ kernels, arena, sizes, plan }: DecoderCall): Workspace {
  const { length, width, feedForward, heads } = sizes;
  const positions = Math.max(...plan.parts.map((part) => part.sizes.rows * part.sizes.length));
  const widest = Math.max(3 * width, feedForward);
  return {
    dx: [arena.floats(positions * width), arena.floats(positions * width)],
    dStates: arena.floats(positions * width),
    dHidden: arena.floats(positions * feedForward),
    dNormed: arena.floats(positions * width),
    dAttended: arena.floats(positions * width),
    dQkv: arena.floats(3 * positions * width),
    packed: arena.take(kernels.packedBytes(positions, widest)),
    scratch: arena.take(kernels.attentionScratch(length, width / heads)),
  };
}

interface Backward {
  readonly call: LayerCall;
  readonly part: Part;
  readonly base: Pointer;
  readonly work: Workspace;
  readonly gradients: DecoderPointers;
}

function backwardPart(backward: Backward, { partTokens, partMatches }: PartIndices): void {
  const { call, part, base, work, gradients } = backward;
  const { kernels: k, sizes, pointers } = call;
  const { rows, width, length, outputs } = sizes;
  let [dx, other] = work.dx;
  k.zero(dx, rows * outputs * width);
  k.normBackward(work.dStates, base + part.tape.last, pointers.norm, base + part.tape.lastMoments, rows * outputs, width, dx, gradients.norm, gradients.normBias);
  for (let layer = sizes.layers - 1; layer >= 0; layer -= 1) {
    backwardLayer(backward, layer, { dx, before: other });
    [dx, other] = [other, dx];
  }
  k.embedBackward(dx, partTokens, partMatches, gradients.token, gradients.position, gradients.match, rows, length, width);
}

/** dx: of the layer's output, spent; before: of its input, written. */
interface Streams { readonly dx: Pointer; readonly before: Pointer }

function backwardLayer({ call, part: { tape }, base, work, gradients }: Backward, index: number, { dx, before }: Streams): void {
  const { kernels: k, sizes } = call;
  const { rows, length, width, heads, feedForward } = sizes;
  const [w, g, packed] = [call.pointers.layers[index] as LayerPointers, gradients.layers[index] as LayerPointers, call.packed[index] as PackedLayer];
  const layer = tape.layers[index] as LayerTape;
  const queries = queriesOf(sizes, index);
  const [all, asking] = [rows * length, rows * queries];
  const at = (place: number): Pointer => base + (tape.starts[index] ?? 0) + place;
  const weights = { call, work };

  weightGradient(weights, { x: at(layer.hidden), inputs: feedForward, dy: dx, outputs: width, positions: asking }, g.feedForwardOut, g.feedForwardOutBias);
  k.multiply(dx, width, 1, packed.feedForwardOut, asking, feedForward, width, work.dHidden, feedForward, 0, 0);
  activationGradient(sizes, call, work.dHidden, { hidden: at(layer.hidden), slope: at(layer.slope), count: asking * feedForward });
  weightGradient(weights, { x: at(layer.middleNormed), inputs: width, dy: work.dHidden, outputs: feedForward, positions: asking }, g.feedForwardIn, g.feedForwardBias);
  k.multiply(work.dHidden, feedForward, 1, packed.feedForwardIn, asking, width, feedForward, work.dNormed, width, 0, 0);
  // The residual stream's own gradient goes on beside what comes through the branch.
  k.normBackward(work.dNormed, at(layer.middle), w.feedForwardNorm, at(layer.middleMoments), asking, width, dx, g.feedForwardNorm, g.feedForwardNormBias);

  weightGradient(weights, { x: at(layer.attended), inputs: width, dy: dx, outputs: width, positions: asking }, g.attentionOut, g.attentionOutBias);
  k.multiply(dx, width, 1, packed.attentionOut, asking, width, width, work.dAttended, width, 0, 0);
  k.attentionBackward(work.dAttended, at(layer.qkv), at(layer.probabilities), rows, length, queries, heads, width / heads, work.dQkv, work.scratch);
  weightGradient(weights, { x: at(layer.normed), inputs: width, dy: work.dQkv, outputs: 3 * width, positions: all }, g.qkv, g.qkvBias);
  k.multiply(work.dQkv, 3 * width, 1, packed.qkv, all, width, 3 * width, work.dNormed, width, 0, 0);
  k.lastPositionsBackward(dx, rows, length, queries, width, before);
  k.normBackward(work.dNormed, at(layer.x), w.attentionNorm, at(layer.moments), all, width, before, g.attentionNorm, g.attentionNormBias);
}

function activationGradient({ gelu }: DecoderSizes, { kernels }: LayerCall, d: Pointer, { hidden, slope, count }: { readonly hidden: Pointer; readonly slope: Pointer; readonly count: number }): void {
  if (gelu) kernels.scaleBy(d, slope, count, d);
  else kernels.reluBackward(d, hidden, count, d);
}

interface Product {
  readonly x: Pointer;
  readonly inputs: number;
  readonly dy: Pointer;
  readonly outputs: number;
  readonly positions: number;
}

/** dw [inputs, outputs] += xᵀ·dy; dbias += the columns of dy. */
function weightGradient({ call: { kernels: k }, work }: Pick<Backward, 'call' | 'work'>, { x, inputs, dy, outputs, positions }: Product, dw: Pointer, dbias: Pointer): void {
  k.packRight(dy, outputs, 1, positions, outputs, work.packed);
  k.multiply(x, 1, inputs, work.packed, inputs, outputs, positions, dw, outputs, dw, outputs);
  if (dbias) k.columnSums(dy, positions, outputs, dbias);
}
