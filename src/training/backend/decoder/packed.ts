/** Weights in the form in which matrix products read them. */
import type { Arena } from '../arena';
import type { Pointer } from '../heap';
import type { Kernels } from '../kernels';
import type { DecoderPointers, LayerPointers } from './pointers';
import type { DecoderSizes } from './sizes';

export interface PackedLayer {
  readonly qkv: Pointer;
  readonly attentionOut: Pointer;
  readonly feedForwardIn: Pointer;
  readonly feedForwardOut: Pointer;
}

type Pack = (weight: Pointer, inputs: number, outputs: number) => Pointer;

/** For x · w. */
export const packForward = (kernels: Kernels, arena: Arena, pointers: DecoderPointers, sizes: DecoderSizes): PackedLayer[] =>
  packLayers(pointers, sizes, (weight, inputs, outputs) => packed(kernels, arena, weight, inputs, outputs));

/** For dy · wᵀ. */
export const packBackward = (kernels: Kernels, arena: Arena, pointers: DecoderPointers, sizes: DecoderSizes): PackedLayer[] =>
  packLayers(pointers, sizes, (weight, inputs, outputs) => packedTransposed(kernels, arena, weight, inputs, outputs));

const packLayers = ({ layers }: DecoderPointers, { width, feedForward }: DecoderSizes, pack: Pack): PackedLayer[] =>
  layers.map((layer: LayerPointers) => ({
    qkv: pack(layer.qkv, width, 3 * width),
    attentionOut: pack(layer.attentionOut, width, width),
    feedForwardIn: pack(layer.feedForwardIn, width, feedForward),
    feedForwardOut: pack(layer.feedForwardOut, feedForward, width),
  }));

/** w [inputs, outputs]. */
export function packed(kernels: Kernels, arena: Arena, w: Pointer, inputs: number, outputs: number): Pointer {
  const to = arena.take(kernels.packedBytes(inputs, outputs));
  kernels.packRight(w, outputs, 1, inputs, outputs, to);
  return to;
}

/** wᵀ of w [inputs, outputs]. */
export function packedTransposed(kernels: Kernels, arena: Arena, w: Pointer, inputs: number, outputs: number): Pointer {
  const to = arena.take(kernels.packedBytes(outputs, inputs));
  kernels.packRight(w, 1, outputs, outputs, inputs, to);
  return to;
}
