/** Where a decoder's weights, or their gradients, lie on the heap. */
import type { Pointer } from '../heap';

export interface LayerPointers {
  readonly attentionNorm: Pointer;
  readonly attentionNormBias: Pointer;
  readonly qkv: Pointer;
  readonly qkvBias: Pointer;
  readonly attentionOut: Pointer;
  readonly attentionOutBias: Pointer;
  readonly feedForwardNorm: Pointer;
  readonly feedForwardNormBias: Pointer;
  readonly feedForwardIn: Pointer;
  readonly feedForwardBias: Pointer;
  readonly feedForwardOut: Pointer;
  readonly feedForwardOutBias: Pointer;
}

export interface DecoderPointers {
  readonly token: Pointer;
  readonly position: Pointer;
  readonly match: Pointer;
  readonly norm: Pointer;
  readonly normBias: Pointer;
  readonly layers: readonly LayerPointers[];
}

/** @param pointerOf a weight's name (policy/shape.ts) to its place, 0 where the model has none */
export function decoderPointers(pointerOf: (name: string) => Pointer, layers: number): DecoderPointers {
  return {
    token: pointerOf('embedding.token'),
    position: pointerOf('embedding.position'),
    match: pointerOf('embedding.match'),
    norm: pointerOf('norm'),
    normBias: pointerOf('norm.bias'),
    layers: Array.from({ length: layers }, (_, layer) => layerPointers((name) => pointerOf(`layer${layer}.${name}`))),
  };
}

const layerPointers = (at: (name: string) => Pointer): LayerPointers => ({
  attentionNorm: at('attention.norm'),
  attentionNormBias: at('attention.norm.bias'),
  qkv: at('attention.qkv'),
  qkvBias: at('attention.qkv.bias'),
  attentionOut: at('attention.out'),
  attentionOutBias: at('attention.out.bias'),
  feedForwardNorm: at('feedForward.norm'),
  feedForwardNormBias: at('feedForward.norm.bias'),
  feedForwardIn: at('feedForward.in'),
  feedForwardBias: at('feedForward.bias'),
  feedForwardOut: at('feedForward.out'),
  feedForwardOutBias: at('feedForward.out.bias'),
});
