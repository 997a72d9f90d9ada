/** Matrix products, and what a product can take along: biases, and the gain and bias of a norm before it. */
import type { tf } from '../../../backend/tensorflow';
import { concatColumns, factsOf, type Affine } from '../facts';
import type { KernelTable, RecordedCall } from '../kernel';

export const PRODUCTS: KernelTable = {
  BatchMatMul: (call) => {
    const [a, b] = [call.input('a'), call.input('b')];
    const [transA, transB] = [call.attributes.transposeA === true, call.attributes.transposeB === true];
    const rows = a.shape.at(transA ? -1 : -2) ?? 1;
    const columns = b.shape.at(transB ? -2 : -1) ?? 1;
    const batch = a.shape.length >= b.shape.length ? a.shape.slice(0, -2) : b.shape.slice(0, -2);
    const shape = [...batch, rows, columns];
    if (!transA && !transB) return call.result(product(call, call.name('a'), call.name('b')), shape);
    return call.result(call.contributed('FusedMatMul', [call.name('a'), call.name('b')], { transA: Number(transA), transB: Number(transB) }), shape);
  },
};

/** a · b, by what is known of the two. */
export function product(call: RecordedCall, a: string, b: string): string {
  const name = write(call, a, b);
  factsOf(call.graph).products.set(name, [a, b]);
  return name;
}

function write(call: RecordedCall, a: string, b: string): string {
  const { columns, affine, transposed } = factsOf(call.graph);
  const ofB = columns.get(b);
  if (ofB) return concatColumns(call.graph, ofB.map(({ name, width }) => ({ name: product(call, a, name), width })));
  const ofA = columns.get(a);
  if (ofA) {
    // Σ over blocks of (block of columns of a) · (the same rows of b).
    const rows = call.graph.many('Split', [b, call.graph.integers(ofA.map(({ width }) => width))], ofA.length, { attributes: { axis: 0 } });
    return ofA.reduce((sum, { name }, i) => (sum ? call.one('Gemm', [name, rows[i] ?? '', sum]) : call.one('MatMul', [name, rows[i] ?? ''])), '');
  }
  const normed = affine.get(a);
  if (normed) return affineProduct(call, normed, b);
  const transposedNorm = transposed.get(a);
  return transposedNorm ? transposedProduct(call, transposedNorm, b) : call.one('MatMul', [a, b]);
}

/** (gain ∘ unit + bias) · w = unit · (gain ∘ w) + bias · w: what is n rows long is read once. */
function affineProduct(call: RecordedCall, { unit, gain, bias, width, centred }: Affine, w: string): string {
  const weight = gainedWeight(call, { gain, width, centred }, w);
  if (bias === undefined) return call.one('MatMul', [unit, weight]);
  return call.one('Gemm', [unit, weight, call.reshape(call.one('MatMul', [call.reshape(bias, [1, width]), w]), [-1])]);
}

/**
 * gain ∘ w, by rows. Before rows of mean 0 the mean of each column of w makes no difference; without it the gradient with
 * respect to such rows has mean 0 too, which is half of a norm's gradient.
 */
export function gainedWeight(call: RecordedCall, { gain, width, centred }: Pick<Affine, 'gain' | 'width' | 'centred'>, w: string): string {
  const gained = call.one('Mul', [w, call.reshape(gain, [width, 1])]);
  return centred ? call.one('Sub', [gained, call.one('ReduceMean', [gained, call.graph.integers([0])], { keepdims: 1 })]) : gained;
}

/** (gain ∘ unit + bias)ᵀ · b = gain ∘ (unitᵀ · b) + bias ⊗ Σ rows of b. */
function transposedProduct(call: RecordedCall, { unit, gain, bias, width }: Affine, b: string): string {
  const gained = call.one('Mul', [product(call, call.one('Transpose', [unit], { perm: [1, 0] }), b), call.reshape(gain, [width, 1])]);
  if (bias === undefined) return gained;
  return call.one('Add', [gained, call.one('Mul', [call.reshape(bias, [width, 1]), call.reshape(columnSums(call, b), [1, -1])])]);
}

/** Σ of the rows, [columns]. */
export function columnSums(call: RecordedCall, matrix: string): string {
  const { graph } = call;
  const blocks = factsOf(graph).columns.get(matrix);
  if (!blocks) return call.one('ReduceSum', [matrix, graph.integers([0])], { keepdims: 0 });
  return call.one('Concat', blocks.map(({ name }) => columnSums(call, name)), { axis: 0 });
}

/** product + bias [columns] as one node; undefined where the sum is anything else. */
export function addBias(call: RecordedCall): tf.TensorInfo | undefined {
  const [a, b] = [call.input('a'), call.input('b')];
  if (a.shape.length !== 2 || b.shape.length !== 1 || b.shape[0] !== a.shape[1]) return undefined;
  const { type, inputs } = call.graph.producer(call.name('a')) ?? {};
  const [left, right, sum] = inputs ?? [];
  const bias = call.name('b');
  if (!left || !right) return undefined;
  if (type === 'MatMul') return call.result(call.one('Gemm', [left, right, bias]), a.shape);
  // The bias of a norm, as `affineProduct` has brought it through.
  if (type === 'Gemm' && sum && call.graph.producer(sum)?.type === 'Reshape') return call.result(call.one('Gemm', [left, right, call.one('Add', [sum, bias])]), a.shape);
  return undefined;
}
