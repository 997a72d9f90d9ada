/** Beside the decoder, as kernels of TensorFlow.js: a linear layer, and one step of Adam over all weights. */
import type { Pointer } from './heap';
import type { KernelCall} from './kernelCall';
import { lastOf, sizeOf } from './kernelCall';
import { packed, packedTransposed } from './decoder/packed';
import type { tf } from './tensorflow';

/** x [n, i] · w [i, o] (+ bias [o]) → [n, o]. */
export function linear(call: KernelCall): tf.TensorInfo[] {
  const [x, w] = [call.input('x'), call.input('w')];
  const [rows, inner, columns] = [sizeOf(x) / lastOf(x), lastOf(x), lastOf(w)];
  const y = call.make([rows, columns]);
  const panels = packed(call.kernels, call.arena, call.pointer('w'), inner, columns);
  call.kernels.multiply(call.pointer('x'), inner, 1, panels, rows, columns, inner, call.pointerTo(y), columns, call.pointer('bias'), 0);
  return [y];
}

/** → dx [n, i], dw [i, o] and, with the attribute `bias`, dbias [o]. */
export function linearGradient(call: KernelCall): tf.TensorInfo[] {
  const [x, w, dy] = [call.input('x'), call.input('w'), call.input('dy')];
  const [rows, inner, columns] = [sizeOf(x) / lastOf(x), lastOf(x), lastOf(w)];
  const [dx, dw] = [call.make(x.shape), call.make(w.shape)];
  const bias = call.attribute<{ bias: boolean }>().bias ? [call.make([columns])] : [];
  const { kernels, arena } = call;
  const from = call.pointerTo(dy);
  kernels.multiply(from, columns, 1, packedTransposed(kernels, arena, call.pointer('w'), inner, columns), rows, inner, columns, call.pointerTo(dx), inner, 0, 0);
  kernels.multiply(call.pointer('x'), 1, inner, packed(kernels, arena, from, rows, columns), inner, columns, rows, call.pointerTo(dw), columns, 0, 0);
  for (const sums of bias) {
    kernels.zero(call.pointerTo(sums), columns);
    kernels.columnSums(from, rows, columns, call.pointerTo(sums));
  }
  return [dx, dw, ...bias];
}

export interface AdamAttributes {
  /** How many weights: inputs w0, g0, m0, v0, w1 … */
  readonly weights: number;
  readonly clipNorm: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Both with the moments' bias corrections in them, see assembly/adam.ts. */
  readonly rate: number;
  readonly epsilon: number;
  /** Learning rate times weight decay. */
  readonly decay: number;
}

/**
 * → the gradient's global norm [], then the new w0, m0, v0, w1 … Always new buffers: a frozen reference that shares one with the
 * policy it began as would train along.
 */
export function adamStep(call: KernelCall): tf.TensorInfo[] {
  const { weights, clipNorm, beta1, beta2, rate, epsilon, decay } = call.attribute<AdamAttributes>();
  const indices = Array.from({ length: weights }, (_, i) => i);
  const norm = call.make([]);
  const made = indices.map((i) => (['w', 'm', 'v'] as const).map(() => call.make(call.input(`w${i}`).shape)));
  const squares = indices.reduce((sum, i) => sum + call.kernels.sumOfSquares(call.pointer(`g${i}`), sizeOf(call.input(`g${i}`))), 0);
  const length = Math.sqrt(squares);
  call.heap.floats(norm)[0] = length;
  const scale = length > clipNorm ? clipNorm / length : 1;
  for (const i of indices) {
    const [w, m, v] = (made[i] as tf.TensorInfo[]).map((tensor) => call.pointerTo(tensor)) as [Pointer, Pointer, Pointer];
    const at = (name: string): Pointer => call.pointer(`${name}${i}`);
    call.kernels.adam(at('w'), at('g'), at('m'), at('v'), sizeOf(call.input(`w${i}`)), scale, beta1, beta2, rate, epsilon, decay, w, m, v);
  }
  return [norm, ...made.flat()];
}
