/** Kernels that reduce axes, and softmax. */
import { tf } from '../../../backend/tensorflow';
import type { KernelTable, RecordedKernel } from '../kernel';
import { columnBlocks, concatColumns } from './columns';

const reduction = (type: string): RecordedKernel => (call) => {
  const x = call.input('x');
  const axes = tf.util.parseAxisParam((call.attributes.axis ?? call.attributes.reductionIndices ?? null) as number[], x.shape);
  if (axes.length === 0) return call.backend.share(x);
  const keep = call.attributes.keepDims === true;
  const shape = keep ? x.shape.map((size, i) => (axes.includes(i) ? 1 : size)) : x.shape.filter((_, i) => !axes.includes(i));
  const reduce = (name: string, keepdims: boolean): string => call.one(type, [name, call.graph.integers(axes)], { keepdims: Number(keepdims) });
  const blocks = type === 'ReduceSum' && axes.join() === '0' && !keep ? columnBlocks(call.graph, call.name('x')) : undefined;
  if (!blocks) return call.result(reduce(call.name('x'), keep), shape, x.dtype);
  const sums = concatColumns(call.graph, blocks.map(({ name, width }) => ({ name: reduce(name, true), width })));
  return call.result(call.reshape(sums, shape), shape, x.dtype);
};

export const REDUCTIONS: KernelTable = {
  Sum: reduction('ReduceSum'),
  Mean: reduction('ReduceMean'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  Softmax: (call) => call.result(call.one('Softmax', [call.name('logits')], { axis: call.number('dim') }), call.input('logits').shape),
  LogSoftmax: (call) => call.result(call.one('LogSoftmax', [call.name('logits')], { axis: call.number('axis') }), call.input('logits').shape),
};
