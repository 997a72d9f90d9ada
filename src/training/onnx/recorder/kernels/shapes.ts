/** Kernels that only move elements, or make constant ones. */
import { tf } from '../../../backend/tensorflow';
import { factsOf } from '../facts';
import { sizeOf, type KernelTable, type RecordedCall } from '../kernel';

/** In TensorFlow.js a view; in ONNX a node that costs nothing. */
function reshaped(call: RecordedCall, x: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  const { backend } = call;
  if (x.shape.join() === shape.join()) return backend.share(x);
  const values = backend.constantOf(x);
  if (values) return { dataId: backend.write(values, [...shape], x.dtype), shape: [...shape], dtype: x.dtype };
  return call.result(call.reshape(backend.nameOf(x), shape), shape, x.dtype);
}

const filled = (call: RecordedCall, shape: number[], value: number, dtype: tf.DataType = 'float32'): tf.TensorInfo => {
  const values = (dtype === 'int32' ? new Int32Array(sizeOf(shape)) : new Float32Array(sizeOf(shape))).fill(value);
  return { dataId: call.backend.write(values, shape, dtype), shape, dtype };
};

const axisOf = (axis: unknown, shape: number[]): number => tf.util.parseAxisParam(axis as number, shape)[0] ?? 0;

export const SHAPES: KernelTable = {
  Identity: (call) => call.backend.share(call.input('x')),
  Reshape: (call) => {
    const x = call.input('x');
    return reshaped(call, x, tf.util.inferFromImplicitShape(call.numbers('shape'), sizeOf(x.shape)));
  },
  ExpandDims: (call) => {
    const x = call.input('input');
    const dim = call.number('dim');
    const at = dim < 0 ? x.shape.length + dim + 1 : dim;
    return reshaped(call, x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
  },
  Transpose: (call) => {
    const x = call.input('x');
    const perm = call.numbers('perm');
    const name = call.one('Transpose', [call.name('x')], { perm });
    const { affine, transposed } = factsOf(call.graph);
    const normed = affine.get(call.name('x'));
    if (normed) transposed.set(name, normed);
    return call.result(name, perm.map((i) => x.shape[i] ?? 1), x.dtype);
  },
  Slice: (call) => {
    const x = call.input('x');
    const [begin, size] = tf.slice_util.parseSliceParams(x, call.numbers('begin'), call.numbers('size')) as [number[], number[]];
    const { graph } = call;
    const cut = begin.map((from, axis) => ({ from, to: from + (size[axis] ?? 0), axis })).filter(({ from, to, axis }) => from > 0 || to < (x.shape[axis] ?? 0));
    if (cut.length === 0) return call.backend.share(x);
    const lists = [cut.map(({ from }) => from), cut.map(({ to }) => to), cut.map(({ axis }) => axis)].map((list) => graph.integers(list));
    return call.result(call.one('Slice', [call.name('x'), ...lists]), size, x.dtype);
  },
  SplitV: (call) => {
    const x = call.input('x');
    const axis = axisOf(call.attributes.axis, x.shape);
    const sizes = tf.backend_util.prepareSplitSize(x, call.attributes.numOrSizeSplits as number | number[], axis);
    const names = call.graph.many('Split', [call.name('x'), call.graph.integers(sizes)], sizes.length, { attributes: { axis } });
    return names.map((name, i) => call.result(name, x.shape.map((size, at) => (at === axis ? (sizes[i] ?? 0) : size)), x.dtype));
  },
  Concat: (call) => {
    const parts = Object.values(call.inputs) as tf.TensorInfo[];
    const first = parts[0] as tf.TensorInfo;
    const axis = axisOf(call.attributes.axis, first.shape);
    const shape = first.shape.map((size, at) => (at === axis ? parts.reduce((sum, part) => sum + (part.shape[at] ?? 0), 0) : size));
    return call.result(call.one('Concat', call.names(), { axis }), shape, first.dtype);
  },
  PadV2: (call) => {
    const x = call.input('x');
    const paddings = call.attributes.paddings as [number, number][];
    const pads = call.graph.integers([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
    const shape = x.shape.map((size, i) => size + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
    return call.result(call.one('Pad', [call.name('x'), pads, call.graph.scalar(call.number('constantValue') || 0)]), shape, x.dtype);
  },
  Tile: (call) => {
    const x = call.input('x');
    const reps = call.numbers('reps');
    return call.result(call.one('Tile', [call.name('x'), call.graph.integers(reps)]), x.shape.map((size, i) => size * (reps[i] ?? 1)), x.dtype);
  },
  Fill: (call) => filled(call, call.numbers('shape'), call.number('value'), (call.attributes.dtype as tf.DataType | undefined) ?? 'float32'),
  ZerosLike: (call) => filled(call, call.input('x').shape, 0, call.input('x').dtype),
  OnesLike: (call) => filled(call, call.input('x').shape, 1, call.input('x').dtype),
};
