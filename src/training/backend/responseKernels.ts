/** The head that reads log-probabilities of responses off hidden states, as one kernel: only positions that count are ever computed. */
import { packed, packedTransposed } from './decoder/packed';
import type { Pointer } from './heap';
import type { KernelCall} from './kernelCall';
import { lastOf, sizeOf } from './kernelCall';
import type { tf } from './tensorflow';

/** Positions whose logits are computed together, so that they stay in the cache. */
const POSITIONS_AT_A_TIME = 256;

/** The positions with a mask above 0, and what belongs to them. */
interface Counted {
  readonly count: number;
  /** int32 [count]. */
  readonly index: Pointer;
  /** Rows of the batch they stand in. */
  readonly rows: Int32Array;
  readonly targets: Pointer;
  readonly states: Pointer;
}

/**
 * Inputs: hidden [rows·R, width], unembedding [width, V], logitBias [V], targets int32 [rows·R], mask [rows, R] → Σ over the masked
 * positions of log softmax(logits)[target], [rows], and the softmax at these positions, [count, V].
 */
export function responseLogProbability(call: KernelCall): tf.TensorInfo[] {
  const { kernels, arena, heap } = call;
  const mask = call.input('mask');
  const [width, vocabulary] = call.input('unembedding').shape as [number, number];
  const values = call.make([mask.shape[0] ?? 0]);
  const counted = countedPositions(call, width);
  const probabilities = call.make([counted.count, vocabulary]);
  const panels = packed(kernels, arena, call.pointer('unembedding'), width, vocabulary);
  const logits = arena.floats(POSITIONS_AT_A_TIME * vocabulary);
  const each = arena.floats(counted.count);
  for (const { at, count } of blocks(counted.count)) {
    kernels.multiply(counted.states + 4 * at * width, width, 1, panels, count, vocabulary, width, logits, vocabulary, call.pointer('logitBias'), 0);
    kernels.logProbabilityForward(logits, counted.targets + 4 * at, count, vocabulary, each + 4 * at, call.pointerTo(probabilities) + 4 * at * vocabulary);
  }
  const sums = new Float64Array(sizeOf(values));
  const eachValue = new Float32Array(heap.memory.buffer, each, counted.count);
  for (let i = 0; i < counted.count; i += 1) sums[counted.rows[i]!]! += eachValue[i]!;
  heap.floats(values).set(sums);
  return [values, probabilities];
}

/** Inputs: dy [rows], the softmax, and as before → dhidden, zeros where nothing counts, and dunembedding. */
export function responseLogProbabilityGradient(call: KernelCall): tf.TensorInfo[] {
  const { kernels, arena, heap } = call;
  const unembedding = call.input('unembedding');
  const [width, vocabulary] = unembedding.shape as [number, number];
  const [dHidden, dUnembedding] = [call.make(call.input('hidden').shape), call.make(unembedding.shape)];
  const counted = countedPositions(call, width);
  const dy = arena.floats(counted.count);
  const [dLogits, dLogitPanels, dStates] = [arena.floats(POSITIONS_AT_A_TIME * vocabulary), arena.take(kernels.packedBytes(POSITIONS_AT_A_TIME, vocabulary)), arena.floats(POSITIONS_AT_A_TIME * width)];
  const panels = packedTransposed(kernels, arena, call.pointer('unembedding'), width, vocabulary);
  const perRow = heap.floats(call.input('dy'));
  const each = new Float32Array(heap.memory.buffer, dy, counted.count);
  for (let i = 0; i < counted.count; i += 1) each[i] = perRow[counted.rows[i]!]!;
  const [toHidden, toUnembedding] = [call.pointerTo(dHidden), call.pointerTo(dUnembedding)];
  kernels.zero(toHidden, sizeOf(dHidden));
  kernels.zero(toUnembedding, sizeOf(unembedding));
  for (const { at, count } of blocks(counted.count)) {
    kernels.logProbabilityBackward(dy + 4 * at, call.pointer('probabilities') + 4 * at * vocabulary, counted.targets + 4 * at, count, vocabulary, dLogits);
    kernels.multiply(dLogits, vocabulary, 1, panels, count, width, vocabulary, dStates, width, 0, 0);
    kernels.scatterRows(dStates, counted.index + 4 * at, count, width, width, toHidden);
    kernels.packRight(dLogits, vocabulary, 1, count, vocabulary, dLogitPanels);
    kernels.multiply(counted.states + 4 * at * width, 1, width, dLogitPanels, width, vocabulary, count, toUnembedding, vocabulary, toUnembedding, vocabulary);
  }
  return [dHidden, dUnembedding];
}

function* blocks(total: number): Generator<{ readonly at: number; readonly count: number }> {
  for (let at = 0; at < total; at += POSITIONS_AT_A_TIME) yield { at, count: Math.min(POSITIONS_AT_A_TIME, total - at) };
}

function countedPositions(call: KernelCall, width: number): Counted {
  const { kernels, arena, heap } = call;
  const mask = call.input('mask');
  const positions = positionsOf(heap.floats(mask), lastOf(mask));
  const count = positions.index.length;
  const [index, targets, states] = [arena.floats(count), arena.floats(count), arena.floats(count * width)];
  new Int32Array(heap.memory.buffer, index, count).set(positions.index);
  kernels.gatherRows(call.pointer('targets'), index, count, 1, 1, targets);
  kernels.gatherRows(call.pointer('hidden'), index, count, width, width, states);
  return { count, index, targets, states, rows: positions.rows };
}

/** Positions with a mask above 0, and their rows. Loops, for this is done in every step. */
function positionsOf(mask: Float32Array, length: number): { readonly index: Int32Array; readonly rows: Int32Array } {
  const [index, rows] = [new Int32Array(mask.length), new Int32Array(mask.length)];
  let count = 0;
  for (let at = 0; at < mask.length; at += 1) {
    if (!(mask[at]! > 0)) continue;
    index[count] = at;
    rows[count] = Math.floor(at / length);
    count += 1;
  }
  return { index: index.subarray(0, count), rows: rows.subarray(0, count) };
}
