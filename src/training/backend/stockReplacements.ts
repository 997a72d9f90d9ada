/** Operations of TensorFlow.js' own that our kernels do faster, or at all, or rightly. */
import { packed, packedTransposed } from './decoder/packed';
import type { Pointer } from './heap';
import { KernelCall, lastOf, sizeOf, type Workshop } from './kernelCall';
import type { tf } from './tensorflow';

type KernelFunction = tf.KernelFunc;

export interface Replacement {
  readonly name: string;
  /** Given the stock kernel, if there is one, the kernel to use instead. */
  readonly kernel: (stock: KernelFunction | undefined) => KernelFunction;
}

/** Answers undefined where the stock kernel is to do it. */
type Attempt = (call: KernelCall) => tf.TensorInfo | undefined;

export function stockReplacements(workshop: Workshop): Replacement[] {
  const attempts: Readonly<Record<string, Attempt>> = { UnsortedSegmentSum: segmentSum, Identity: identity, Transpose: transpose, Sum: columnSums, BatchMatMul: matMul, _FusedMatMul: matMul };
  return Object.entries(attempts).map(([name, attempt]) => ({
    name,
    kernel: (stock) => (parameters) => attempt(new KernelCall(workshop, parameters.inputs, parameters.attrs)) ?? orStock(name, stock, parameters),
  }));
}

function orStock(name: string, stock: KernelFunction | undefined, parameters: Parameters<KernelFunction>[0]): ReturnType<KernelFunction> {
  if (!stock) throw new Error(`The wasm backend has no ${name} of its own to fall back on for these types.`);
  return stock(parameters);
}

/** Missing in the stock backend; the gradient of gather needs it. */
function segmentSum(call: KernelCall): tf.TensorInfo | undefined {
  const [x, ids] = [call.input('x'), call.input('segmentIds')];
  if (x.dtype !== 'float32') return undefined;
  const { numSegments } = call.attribute<{ numSegments: number }>();
  const out = call.make([numSegments, ...x.shape.slice(ids.shape.length)]);
  const count = sizeOf(ids);
  call.kernels.segmentSum(call.pointer('x'), call.pointer('segmentIds'), count, count === 0 ? 0 : sizeOf(x) / count, numSegments, call.pointerTo(out));
  return out;
}

/** The stock kernel copies the buffer each time autodiff saves a tensor; tensors are never written in place, so a reference will do. */
function identity(call: KernelCall): tf.TensorInfo {
  const { dataId, shape, dtype } = call.input('x');
  call.heap.share({ dataId, shape, dtype });
  return { dataId, shape, dtype };
}

const isMatrix = (x: tf.TensorInfo): boolean => x.dtype === 'float32' && x.shape.length === 2;

function transpose(call: KernelCall): tf.TensorInfo | undefined {
  const x = call.input('x');
  if (!isMatrix(x) || call.attribute<{ perm?: number[] }>().perm?.[0] !== 1) return undefined;
  const [rows, columns] = x.shape as [number, number];
  const out = call.make([columns, rows]);
  call.kernels.transpose(call.pointer('x'), rows, columns, call.pointerTo(out));
  return out;
}

function columnSums(call: KernelCall): tf.TensorInfo | undefined {
  const x = call.input('x');
  const { axis, keepDims } = call.attribute<{ axis?: number | number[]; keepDims?: boolean }>();
  const axes = [axis ?? []].flat();
  if (!isMatrix(x) || axes.length !== 1 || axes[0] !== 0) return undefined;
  const [rows, columns] = x.shape as [number, number];
  const out = call.make(keepDims ? [1, columns] : [columns]);
  call.kernels.zero(call.pointerTo(out), columns);
  call.kernels.columnSums(call.pointer('x'), rows, columns, call.pointerTo(out));
  return out;
}

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation?: string | null;
}

/**
 * Stock products are quick only where nothing is transposed or batched, ten to thirty times slower elsewhere; and the stock fused
 * form adds its bias once per 48 inner columns as soon as it transposes or batches. Activations and broadcast batches stay with it.
 */
function matMul(call: KernelCall): tf.TensorInfo | undefined {
  const [a, b, bias] = [call.input('a'), call.input('b'), call.optional('bias')];
  const { transposeA, transposeB, activation } = call.attribute<MatMulAttributes>();
  const plain = a.dtype === 'float32' && b.dtype === 'float32' && (activation ?? 'linear') === 'linear' && call.optional('preluActivationWeights') === undefined;
  const batch = a.shape.slice(0, -2);
  const sameBatch = a.shape.length === b.shape.length && batch.every((size, i) => size === b.shape[i]);
  const [rows, inner] = transposeA ? [lastOf(a), a.shape.at(-2) ?? 1] : [a.shape.at(-2) ?? 1, lastOf(a)];
  const columns = transposeB ? (b.shape.at(-2) ?? 1) : lastOf(b);
  if (!plain || !sameBatch || a.shape.length < 2 || (bias && (bias.shape.length !== 1 || sizeOf(bias) !== columns))) return undefined;
  const out = call.make([...batch, rows, columns]);
  const product = { rows, inner, columns, transposeA, transposeB, bias: call.pointer('bias') };
  const count = batch.reduce((size, n) => size * n, 1);
  const [from, by, to] = [call.pointer('a'), call.pointer('b'), call.pointerTo(out)];
  for (let i = 0; i < count; i += 1) {
    call.arena.reset();
    multiplyOne(call, product, { a: from + 4 * i * rows * inner, b: by + 4 * i * inner * columns, c: to + 4 * i * rows * columns });
  }
  return out;
}

interface Product {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly bias: Pointer;
}

function multiplyOne({ kernels, arena }: KernelCall, { rows, inner, columns, transposeA, transposeB, bias }: Product, { a, b, c }: Readonly<Record<'a' | 'b' | 'c', Pointer>>): void {
  const panels = transposeB ? packedTransposed(kernels, arena, b, columns, inner) : packed(kernels, arena, b, inner, columns);
  const [rowStride, innerStride] = transposeA ? [1, rows] : [inner, 1];
  kernels.multiply(a, rowStride, innerStride, panels, rows, columns, inner, c, columns, bias, 0);
}
