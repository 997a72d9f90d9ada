/** What a part of the rows leaves behind for the backward pass, and which rows go through together. */
import type { Pointer } from '../heap';
import type { Kernels } from '../kernels';
import { layerTape, queriesOf, type DecoderSizes, type LayerTape } from './sizes';

/** Byte offsets: the layers' tapes one after another, then the last norm's input and moments. */
export interface Tape {
  readonly layers: readonly LayerTape[];
  readonly starts: readonly number[];
  readonly last: number;
  readonly lastMoments: number;
  readonly bytes: number;
}

/** Of `sizes.rows` rows that go through together. */
export function tapeOf(kernels: Kernels, sizes: DecoderSizes): Tape {
  const { rows, outputs, width } = sizes;
  const stride = kernels.probabilityStride(sizes.length);
  const layers = Array.from({ length: sizes.layers }, (_, layer) => layerTape(sizes, rows, queriesOf(sizes, layer), stride));
  const starts: number[] = [];
  let bytes = 0;
  for (const layer of layers) {
    starts.push(bytes);
    bytes += layer.bytes;
  }
  const last = bytes;
  const lastMoments = last + 16 * Math.ceil((rows * outputs * width) / 4);
  return { layers, starts, last, lastMoments, bytes: lastMoments + 16 * Math.ceil((2 * rows * outputs) / 4) };
}

/** Where a layer's input lies; that of the layer after the last is the last norm's. */
export function inputOf({ layers, starts, last }: Tape, base: Pointer, layer: number): Pointer {
  const tape = layers[layer];
  return tape ? base + (starts[layer] ?? 0) + tape.x : base + last;
}

/** Rows that go through all layers together. */
export interface Part {
  /** Of these rows alone; `length` and `outputs` are those of the longest. */
  readonly sizes: DecoderSizes;
  readonly tape: Tape;
  /** Where its tape begins, in bytes from the first part's. */
  readonly start: number;
  /** Its first row, as an index into the plan's order. */
  readonly first: number;
}

export interface Plan {
  /** Rows from short to long, so that those of a part need about as many positions. */
  readonly order: Int32Array;
  readonly parts: readonly Part[];
  /** Of all tapes, one after another. */
  readonly bytes: number;
}

/**
 * Positions of a part. 256 of them keep the activations of a layer in the second-level cache: matrix products over 512 ran at 32
 * gigaflops where those over 256 ran at 52.
 */
const POSITIONS_AT_A_TIME = 256;

/**
 * @param lengths positions needed of each row; one output a row is computed whatever they say. Nothing is computed behind them:
 * responses of the default task end at 7 of 16 tokens, and what would be computed after that is masked anyway.
 */
export function planParts(kernels: Kernels, sizes: DecoderSizes, lengths: Int32Array | undefined): Plan {
  const shortest = sizes.length - sizes.outputs + 1;
  const needed = (row: number): number => Math.min(sizes.length, Math.max(shortest, lengths?.[row] ?? sizes.length));
  const order = Int32Array.from({ length: sizes.rows }, (_, row) => row);
  if (lengths) order.sort((a, b) => needed(a) - needed(b) || a - b);
  const parts: Part[] = [];
  let bytes = 0;
  for (let first = 0; first < sizes.rows; ) {
    let rows = 1;
    while (first + rows < sizes.rows && (rows + 1) * needed(order[first + rows] ?? 0) <= POSITIONS_AT_A_TIME) rows += 1;
    const length = needed(order[first + rows - 1] ?? 0);
    const own = { ...sizes, rows, length, outputs: sizes.outputs - (sizes.length - length) };
    const tape = tapeOf(kernels, own);
    parts.push({ sizes: own, tape, start: bytes, first });
    bytes += tape.bytes;
    first += rows;
  }
  return { order, parts, bytes };
}
