/** Matrix products, and the sums that a product can take along. */
import type { tf } from '../../../backend/tensorflow';
import type { KernelTable, RecordedCall } from '../kernel';
import { columnBlocks, concatColumns } from './columns';

export const PRODUCTS: KernelTable = {
  BatchMatMul: (call) => {
    const [a, b] = [call.input('a'), call.input('b')];
    const [transA, transB] = [call.attributes.transposeA === true, call.attributes.transposeB === true];
    const rows = a.shape.at(transA ? -1 : -2) ?? 1;
    const columns = b.shape.at(transB ? -2 : -1) ?? 1;
    const batch = a.shape.length >= b.shape.length ? a.shape.slice(0, -2) : b.shape.slice(0, -2);
    const shape = [...batch, rows, columns];
    if (!transA && !transB) return call.result(plainProduct(call, call.name('a'), call.name('b')), shape);
    return call.result(call.contributed('FusedMatMul', [call.name('a'), call.name('b')], { transA: Number(transA), transB: Number(transB) }), shape);
  },
};

/** a · b; where an operand is known as blocks of columns, block by block, so that nothing is put together only to be read apart. */
function plainProduct(call: RecordedCall, a: string, b: string): string {
  const ofB = columnBlocks(call.graph, b);
  if (ofB) return concatColumns(call.graph, ofB.map(({ name, width }) => ({ name: call.one('MatMul', [a, name]), width })));
  const ofA = columnBlocks(call.graph, a);
  if (!ofA) return call.one('MatMul', [a, b]);
  // Σ over blocks of (block of columns of a) · (the same rows of b).
  const rows = call.graph.many('Split', [b, call.graph.integers(ofA.map(({ width }) => width))], ofA.length, { attributes: { axis: 0 } });
  return ofA.reduce((sum, { name }, i) => call.one('Gemm', [name, rows[i] ?? '', ...(sum ? [sum] : [])]), '');
}

/** product + bias [columns] as one node; undefined where the sum is anything else. */
export function addBias(call: RecordedCall): tf.TensorInfo | undefined {
  const [a, b] = [call.input('a'), call.input('b')];
  if (a.shape.length !== 2 || b.shape.length !== 1 || b.shape[0] !== a.shape[1]) return undefined;
  const producer = call.graph.producer(call.name('a'));
  if (producer?.type !== 'MatMul') return undefined;
  return call.result(call.one('Gemm', [...producer.inputs, call.name('b')]), a.shape);
}
