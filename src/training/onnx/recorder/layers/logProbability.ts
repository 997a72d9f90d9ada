/** log softmax(logits)[target] as ONNX nodes, with its gradient (one-hot − softmax). */
import { sizeOf, type KernelTable } from '../kernel';

export const LOG_PROBABILITY: KernelTable = {
  TokenLogProbability: (call) => {
    const { shape } = call.input('logits');
    const count = sizeOf(call.input('targets').shape);
    const logarithms = call.one('LogSoftmax', [call.name('logits')], { axis: -1 });
    const chosen = call.one('GatherElements', [logarithms, call.reshape(call.name('targets'), [count, 1])], { axis: 1 });
    return [call.result(call.reshape(chosen, [count]), [count]), call.result(call.one('Exp', [logarithms]), shape)];
  },
  TokenLogProbabilityGrad: (call) => {
    const { shape } = call.input('probabilities');
    const column = [sizeOf(call.input('targets').shape), 1];
    const dy = call.reshape(call.name('dy'), column);
    const spread = call.one('Mul', [call.name('probabilities'), call.one('Neg', [dy])]);
    const at = call.reshape(call.name('targets'), column);
    return [call.result(call.one('ScatterElements', [spread, at, dy], { axis: 1, reduction: 'add' }), shape)];
  },
};
