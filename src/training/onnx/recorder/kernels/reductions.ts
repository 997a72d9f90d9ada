/** Kernels that reduce axes, and softmax. */
import { tf } from '../../../backend/tensorflow';
import type { KernelTable, RecordedKernel } from '../kernel';
import { columnSums } from './products';

const reduction = (type: string): RecordedKernel => (call) => {
  const x = call.input('x');
  const axes = tf.util.parseAxisParam((call.attributes.axis ?? call.attributes.reductionIndices ?? null) as number[], x.shape);
  if (axes.length === 0) return call.backend.share(x);
  const keep = call.attributes.keepDims === true;
  const shape = keep ? x.shape.map((size, i) => (axes.includes(i) ? 1 : size)) : x.shape.filter((_, i) => !axes.includes(i));
  if (type === 'ReduceSum' && axes.join() === '0' && x.shape.length === 2 && !keep) return call.result(columnSums(call, call.name('x')), shape);
  return call.result(call.one(type, [call.name('x'), call.graph.integers(axes)], { keepdims: Number(keep) }), shape, x.dtype);
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
