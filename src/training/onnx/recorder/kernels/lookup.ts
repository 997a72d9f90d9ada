/** Rows of tables by index, and the sums that are their gradients. */
import { ELEMENT } from '../../model/proto';
import type { tf } from '../../../backend/tensorflow';
import { sizeOf, type KernelTable, type RecordedCall } from '../kernel';

export const LOOKUP: KernelTable = {
  GatherV2: (call) => {
    const [x, indices] = [call.input('x'), call.input('indices')];
    const axis = call.number('axis') || 0;
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return call.result(call.one('Gather', [call.name('x'), call.name('indices')], { axis }), shape, x.dtype);
  },
  UnsortedSegmentSum: (call) => {
    const [x, ids] = [call.input('x'), call.input('segmentIds')];
    const shape = [call.number('numSegments'), ...x.shape.slice(ids.shape.length)];
    return call.result(rowSums(call, { values: call.name('x'), indices: call.name('segmentIds'), count: sizeOf(ids.shape) }, shape), shape);
  },
  OneHot: (call) => {
    const { graph } = call;
    const [indices, depth] = [call.input('indices'), call.number('depth')];
    const values = Float32Array.of((call.attributes.offValue as number | undefined) ?? 0, (call.attributes.onValue as number | undefined) ?? 1);
    const hot = call.one('OneHot', [call.one('Cast', [call.name('indices')], { to: ELEMENT.int64 }), graph.constant(BigInt64Array.of(BigInt(depth)), [1]), graph.constant(values, [2])], { axis: -1 });
    const dtype = (call.attributes.dtype as tf.DataType | undefined) ?? 'float32';
    return call.result(dtype === 'float32' ? hot : call.one('Cast', [hot], { to: ELEMENT.int32 }), [...indices.shape, depth], dtype);
  },
};

/** Σ of the rows of `values` that share an index, one row an index: zeros of `shape` with all of them added in order. */
function rowSums(call: RecordedCall, rows: { readonly values: string; readonly indices: string; readonly count: number }, shape: readonly number[]): string {
  const indices = call.reshape(call.one('Cast', [rows.indices], { to: ELEMENT.int64 }), [rows.count, 1]);
  const zeros = call.graph.constant(new Float32Array(sizeOf(shape)), shape);
  return call.one('ScatterND', [zeros, indices, rows.values], { reduction: 'add' });
}
