/** GELU in its tanh form as ONNX nodes: one node where only the value is needed, its parts where the gradient needs them too. */
import { GELU_A, GELU_B } from '../../../policy/linear';
import type { KernelTable, RecordedCall } from '../kernel';

const value = (call: RecordedCall, x: string): string => call.contributed('FastGelu', [x]);

export const GELU: KernelTable = {
  Gelu: (call) => [call.result(value(call, call.name('x')), call.input('x').shape)],
  GeluGrad: (call) => {
    const { graph } = call;
    const op = (type: string, ...inputs: string[]): string => call.one(type, inputs);
    const [x, dy] = [call.name('x'), call.name('dy')];
    const square = op('Mul', x, x);
    const cubic = (b: number): string => op('Add', op('Mul', square, graph.scalar(b)), graph.scalar(GELU_A));
    const gate = op('Sigmoid', op('Mul', x, cubic(GELU_B)));
    const y = value(call, x);
    graph.replace(y, 'Mul', [x, gate]);
    // d/dx x·σ(u) = σ + x·σ·(1 − σ)·u′, and x·σ is y.
    const slope = op('Mul', op('Sub', y, op('Mul', y, gate)), cubic(3 * GELU_B));
    return [call.result(op('Mul', dy, op('Add', slope, gate)), call.input('x').shape)];
  },
};
