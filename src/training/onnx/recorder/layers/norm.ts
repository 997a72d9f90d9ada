/**
 * LayerNorm and RMSNorm as ONNX nodes. Gain and bias go into the weight of the product that follows, and their gradients come
 * out of that product's own (`kernels/products.ts`), so that of all the gradient's passes over n rows five are left.
 */
import { LAYER_EPSILON, RMS_EPSILON } from '../../../backend/epsilon';
import { factsOf, type Affine } from '../facts';
import type { KernelTable, RecordedCall } from '../kernel';
import { columnSums, gainedWeight, product } from '../kernels/products';

export const NORM: KernelTable = {
  Norm: (call) => {
    const { shape } = call.input('x');
    const width = shape[1] ?? 1;
    const centred = call.inputs.bias !== undefined;
    const [unit = '', inverse = ''] = centred ? layerNorm(call, width) : rmsNorm(call, width);
    const gained = call.one('Mul', [unit, call.name('gain')]);
    const affine: Affine = { unit, gain: call.name('gain'), ...(centred ? { bias: call.name('bias') } : {}), width, centred };
    const value = affine.bias === undefined ? gained : call.one('Add', [gained, affine.bias]);
    factsOf(call.graph).affine.set(value, affine);
    return [call.result(value, shape), call.result(unit, shape), call.result(inverse, [shape[0] ?? 1, 1])];
  },
  NormGrad: (call) => {
    const { shape } = call.input('unit');
    const width = shape[1] ?? 1;
    const centred = call.attributes.centred === 1;
    const [unit, gain] = [call.name('unit'), call.name('gain')];
    const { dunit, dgain, dbias } = throughProduct(call, { unit, gain, width, centred }) ?? directly(call, { unit, gain, width, centred });
    const along = call.one('ReduceMean', [call.one('Mul', [dunit, unit]), call.graph.integers([-1])], { keepdims: 1 });
    const dx = call.one('Mul', [call.one('Sub', [dunit, call.one('Mul', [unit, along])]), call.name('inverse')]);
    const gradients = [call.result(dx, shape), call.result(dgain, [width])];
    return centred ? [...gradients, call.result(dbias, [width])] : gradients;
  },
};

const ones = (call: RecordedCall, width: number): string => call.graph.constant(new Float32Array(width).fill(1), [width]);

function layerNorm(call: RecordedCall, width: number): string[] {
  const zeros = call.graph.constant(new Float32Array(width), [width]);
  const attributes = { axis: -1, epsilon: { real: LAYER_EPSILON } };
  const [unit = '', , inverse = ''] = call.graph.many('LayerNormalization', [call.name('x'), ones(call, width), zeros], 3, { attributes });
  return [unit, inverse];
}

function rmsNorm(call: RecordedCall, width: number): string[] {
  return call.graph.many('SimplifiedLayerNormalization', [call.name('x'), ones(call, width)], 2, { attributes: { axis: -1, epsilon: { real: RMS_EPSILON }, stash_type: 1 } });
}

interface NormGradients {
  /** With respect to `unit`; of mean 0 along each row where `unit` is. */
  readonly dunit: string;
  readonly dgain: string;
  readonly dbias: string;
}

/** Where dy is dz · wᵀ, as after a linear layer: everything but the product itself is as small as the weight. */
function throughProduct(call: RecordedCall, norm: Omit<Affine, 'bias'>): NormGradients | undefined {
  const { graph } = call;
  const [dz, transposed] = factsOf(graph).products.get(call.name('dy')) ?? [];
  const transpose = graph.producer(transposed ?? '');
  const weight = transpose?.type === 'Transpose' ? transpose.inputs[0] : undefined;
  if (dz === undefined || transposed === undefined || weight === undefined) return undefined;
  const along = product(call, call.one('Transpose', [norm.unit], { perm: [1, 0] }), dz);
  return {
    dunit: product(call, dz, call.one('Transpose', [gainedWeight(call, norm, weight)], { perm: [1, 0] })),
    dgain: call.one('ReduceSum', [call.one('Mul', [weight, along]), graph.integers([1])], { keepdims: 0 }),
    dbias: call.reshape(call.one('MatMul', [call.reshape(columnSums(call, dz), [1, -1]), transposed]), [norm.width]),
  };
}

function directly(call: RecordedCall, { unit, gain, centred }: Omit<Affine, 'bias'>): NormGradients {
  const dy = call.name('dy');
  const scaled = call.one('Mul', [dy, gain]);
  return {
    dunit: centred ? call.one('Sub', [scaled, call.one('ReduceMean', [scaled, call.graph.integers([-1])], { keepdims: 1 })]) : scaled,
    dgain: columnSums(call, call.one('Mul', [dy, unit])),
    dbias: columnSums(call, dy),
  };
}
