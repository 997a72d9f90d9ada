/** Sizes of a decoder call, and where its activations lie. */

export interface DecoderSizes {
  readonly rows: number;
  /** Positions read of each row. */
  readonly length: number;
  /** For how many of the last of them the output is wanted. */
  readonly outputs: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  /** GELU in place of ReLU. */
  readonly gelu: boolean;
}

/** How many positions of a row the layer's output has: the last block is computed for the wanted ones alone. */
export const queriesOf = (sizes: DecoderSizes, layer: number): number => (layer === sizes.layers - 1 ? sizes.outputs : sizes.length);

/** Byte offsets of what a layer leaves behind for its gradient, for `rows` rows, and their sum. */
export interface LayerTape {
  readonly x: number;
  readonly moments: number;
  readonly normed: number;
  readonly qkv: number;
  readonly probabilities: number;
  readonly attended: number;
  readonly middle: number;
  readonly middleMoments: number;
  readonly middleNormed: number;
  readonly hidden: number;
  /** GELU's derivative. */
  readonly slope: number;
  readonly bytes: number;
}

export function layerTape(sizes: DecoderSizes, rows: number, queries: number, probabilityStride: number): LayerTape {
  const { length, width, heads, feedForward, gelu } = sizes;
  const [all, asking] = [rows * length, rows * queries];
  let bytes = 0;
  // Elementwise kernels round lengths up to vectors of 16 bytes.
  const place = (floats: number): number => {
    const at = bytes;
    bytes += 16 * Math.ceil(floats / 4);
    return at;
  };
  const tape = {
    x: place(all * width),
    moments: place(2 * all),
    normed: place(all * width),
    qkv: place(3 * all * width),
    probabilities: place(rows * heads * queries * probabilityStride),
    attended: place(asking * width),
    middle: place(asking * width),
    middleMoments: place(2 * asking),
    middleNormed: place(asking * width),
    hidden: place(asking * feedForward),
    slope: place(gelu ? asking * feedForward : 0),
  };
  return { ...tape, bytes };
}
