/** Token, position and match embeddings as ONNX nodes, with their gradients. */
import type { tf } from '../../../backend/tensorflow';
import { sizeOf, type KernelTable, type RecordedCall } from '../kernel';
import { rowSums } from '../kernels/lookup';

/** Match index 0 means "no match": its row is kept out, in the value and in the gradient. */
const matchRows = (call: RecordedCall, table: string, rows: number): string =>
  call.one('Mul', [table, call.graph.constant(Float32Array.from({ length: rows }, (_, i) => Math.min(i, 1)), [rows, 1])]);

export const EMBEDDING: KernelTable = {
  Embedding: (call) => {
    const [tokens, position] = [call.input('tokens'), call.input('position')];
    const [first, length, width] = [call.number('first'), call.number('length'), position.shape[1] ?? 1];
    const whole = first === 0 && length === position.shape[0];
    const { graph } = call;
    const positions = whole ? call.name('position') : call.one('Slice', [call.name('position'), graph.integers([first]), graph.integers([first + length]), graph.integers([0])]);
    const count = sizeOf(tokens.shape);
    let sum = call.one('Gather', [call.name('token'), call.name('tokens')], { axis: 0 });
    if (call.inputs.match) sum = call.one('Add', [sum, call.one('Gather', [matchRows(call, call.name('match'), call.input('match').shape[0] ?? 1), call.name('matches')], { axis: 0 })]);
    const x = call.one('Add', [call.reshape(sum, [count / length, length, width]), positions]);
    return [call.result(call.reshape(x, [count, width]), [count, width])];
  },
  EmbeddingGrad: (call) => {
    const { shape: position } = call.input('position');
    const [first, length, width] = [call.number('first'), call.number('length'), position[1] ?? 1];
    const count = sizeOf(call.input('tokens').shape);
    const sums = (indices: string, table: tf.TensorInfo): string => rowSums(call, { values: call.name('dy'), indices: call.name(indices), count }, table.shape);
    const token = call.input('token');
    const byPosition = call.one('ReduceSum', [call.reshape(call.name('dy'), [count / length, length, width]), call.graph.integers([0])], { keepdims: 0 });
    const pads = call.graph.integers([first, 0, (position[0] ?? 0) - first - length, 0]);
    const gradients = [call.result(sums('tokens', token), token.shape), call.result(call.one('Pad', [byPosition, pads, call.graph.scalar(0)]), position)];
    const match = call.inputs.match;
    return match ? [...gradients, call.result(matchRows(call, sums('matches', match), match.shape[0] ?? 1), match.shape)] : gradients;
  },
};
