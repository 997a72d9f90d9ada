/**
 * Causal attention as ONNX nodes, with its gradient. Query, key and value never stand side by side: each is projected by its
 * own columns of the weight, which saves a split forward and a concatenation backward of the largest tensors of a layer.
 * What both passes need is written down twice and made once (`Graph`).
 */
import type { tf } from '../../../backend/tensorflow';
import type { KernelTable, RecordedCall } from '../kernel';
import { concatColumns, factsOf } from '../facts';

interface Sizes {
  readonly rows: number;
  readonly keys: number;
  readonly queries: number;
  readonly heads: number;
  readonly width: number;
}

export const ATTENTION: KernelTable = {
  CausalAttention: (call) => {
    const sizes = sizesOf(call);
    return [call.result(forward(call, sizes).mixed, [sizes.rows * sizes.queries, sizes.width])];
  },
  CausalAttentionGrad: (call) => [call.result(backward(call, sizesOf(call)), call.input('qkv').shape)],
};

function sizesOf(call: RecordedCall): Sizes {
  const width = (call.input('qkv').shape[1] ?? 3) / 3;
  return { rows: call.number('rows'), keys: call.number('keys'), queries: call.number('queries'), heads: call.number('heads'), width };
}

interface Forward {
  /** Each [rows, heads, positions, depth]. */
  readonly query: string;
  readonly key: string;
  readonly value: string;
  /** [rows, heads, queries, keys]. */
  readonly probabilities: string;
  /** [rows·queries, width]. */
  readonly mixed: string;
}

const scaleOf = ({ width, heads }: Sizes): { real: number } => ({ real: 1 / Math.sqrt(width / heads) });

function forward(call: RecordedCall, sizes: Sizes): Forward {
  const { rows, keys, queries, width } = sizes;
  const [q = '', k = '', v = ''] = projections(call, call.input('qkv'), width);
  const [query, key, value] = [byHead(call, lastPositions(call, q, sizes), queries, sizes), byHead(call, k, keys, sizes), byHead(call, v, keys, sizes)];
  const scores = call.contributed('FusedMatMul', [query, key], { transB: 1, alpha: scaleOf(sizes) });
  const probabilities = call.one('Softmax', [call.one('Add', [scores, causalMask(call, queries, keys)])], { axis: -1 });
  const mixed = call.reshape(call.one('Transpose', [call.one('MatMul', [probabilities, value])], { perm: [0, 2, 1, 3] }), [rows * queries, width]);
  return { query, key, value, probabilities, mixed };
}

function backward(call: RecordedCall, sizes: Sizes): string {
  const { rows, heads, keys, queries, width } = sizes;
  const { query, key, value, probabilities, mixed } = forward(call, sizes);
  const dy = call.name('dy');
  const dmixed = byHead(call, dy, queries, sizes);
  const dprobabilities = call.contributed('FusedMatMul', [dmixed, value], { transB: 1 });
  // Σ_keys p·dp = Σ_depth y·dy, over fewer elements.
  const along = call.one('ReduceSum', [call.reshape(call.one('Mul', [dy, mixed]), [rows, queries, heads, width / heads]), call.graph.integers([-1])], { keepdims: 0 });
  const row = call.reshape(call.one('Transpose', [along], { perm: [0, 2, 1] }), [rows, heads, queries, 1]);
  const dscores = call.one('Mul', [probabilities, call.one('Sub', [dprobabilities, row])]);
  const dquery = call.contributed('FusedMatMul', [dscores, key], { alpha: scaleOf(sizes) });
  const dkey = call.contributed('FusedMatMul', [dscores, query], { transA: 1, alpha: scaleOf(sizes) });
  const dvalue = call.contributed('FusedMatMul', [probabilities, dmixed], { transA: 1 });
  const blocks = [padded(call, dquery, sizes), dkey, dvalue].map((gradient) => ({
    name: call.reshape(call.one('Transpose', [gradient], { perm: [0, 2, 1, 3] }), [rows * keys, width]),
    width,
  }));
  return concatColumns(call.graph, blocks);
}

/** Query, key and value, [n, width] each, straight from the weight's columns where qkv is a product. */
function projections(call: RecordedCall, qkv: tf.TensorInfo, width: number): string[] {
  const { graph } = call;
  const name = call.backend.nameOf(qkv);
  const known = factsOf(graph).columns.get(name);
  if (known) return known.map((block) => block.name);
  const columns = (matrix: string, axis: number): string[] => graph.many('Split', [matrix, graph.integers([width, width, width])], 3, { attributes: { axis } });
  const product = graph.producer(name);
  const [x, weight, bias] = product?.inputs ?? [];
  if (!x || !weight || (product?.type !== 'MatMul' && product?.type !== 'Gemm')) return columns(name, 1);
  const biases = bias ? columns(bias, 0) : [];
  return columns(weight, 1).map((block, i) => (bias ? call.one('Gemm', [x, block, biases[i] ?? '']) : call.one('MatMul', [x, block])));
}

/** [n, width] → [rows, heads, positions, depth]. */
const byHead = (call: RecordedCall, x: string, positions: number, { rows, heads, width }: Sizes): string =>
  call.one('Transpose', [call.reshape(x, [rows, positions, heads, width / heads])], { perm: [0, 2, 1, 3] });

function lastPositions(call: RecordedCall, query: string, { rows, keys, queries, width }: Sizes): string {
  if (queries === keys) return query;
  const { graph } = call;
  return call.one('Slice', [call.reshape(query, [rows, keys, width]), graph.integers([keys - queries]), graph.integers([keys]), graph.integers([1])]);
}

/** The gradient of `lastPositions`, by head. */
function padded(call: RecordedCall, dquery: string, { keys, queries }: Sizes): string {
  if (queries === keys) return dquery;
  return call.one('Pad', [dquery, call.graph.integers([0, 0, keys - queries, 0, 0, 0, 0, 0]), call.graph.scalar(0)]);
}

/** −10⁹ where a query (one of the last `queries` positions) would look ahead. */
function causalMask(call: RecordedCall, queries: number, keys: number): string {
  const mask = new Float32Array(queries * keys);
  for (let i = 0; i < queries; i += 1) mask.fill(-1e9, i * keys + keys - queries + i + 1, (i + 1) * keys);
  return call.graph.constant(mask, [queries, keys]);
}
