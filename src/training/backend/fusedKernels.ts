/** Our own layers as kernels on the wasm heap: plain JavaScript, one dispatch each instead of five to fifteen. */
import type { FusedKernel } from './fused';
import type { KernelCall } from './heap';
import { attentionForward } from './kernels/attention';
import { attentionBackward } from './kernels/attentionGradient';
import { embeddingBackward, embeddingForward } from './kernels/embedding';
import type { EmbeddingIndices } from './kernels/embedding';
import { logProbabilityBackward, logProbabilityForward } from './kernels/logProbability';
import { NORM_EPSILON, rmsNormBackward, rmsNormForward } from './kernels/norm';
import type { tf } from './tensorflow';

type Kernel = (call: KernelCall) => tf.TensorInfo[];

const last = (tensor: tf.TensorInfo): number => tensor.shape[tensor.shape.length - 1] ?? 1;
const size = (tensor: tf.TensorInfo): number => tensor.shape.reduce((a, b) => a * b, 1);

export const FUSED_KERNELS: Readonly<Record<FusedKernel, Kernel>> = {
  Embedding: (call) => {
    const token = call.input('token');
    const tokens = call.input('tokens');
    const x = call.make([size(tokens), last(token)]);
    const match = call.optional('match');
    const tables = { token: call.floats(token), position: call.floats(call.input('position')), match: match && call.floats(match) };
    embeddingForward(tables, embeddingIndices(call, last(token)), call.floats(x));
    return [x];
  },
  EmbeddingGrad: (call) => {
    const [token, position, match] = (['token', 'position', 'match'] as const).map((name) => call.optional(name)).map((table) => table && call.make(table.shape)) as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo?];
    const tables = { token: call.floats(token), position: call.floats(position), match: match && call.floats(match) };
    embeddingBackward(call.floats(call.input('dy')), tables, embeddingIndices(call, last(token)));
    return match ? [token, position, match] : [token, position];
  },
  RmsNorm: (call) => {
    const x = call.input('x');
    const y = call.make(x.shape);
    const inverse = call.make([size(x) / last(x)]);
    rmsNormForward(call.floats(x), call.floats(call.input('gain')), NORM_EPSILON, call.floats(y), call.floats(inverse));
    return [y, inverse];
  },
  RmsNormGrad: (call) => {
    const [dy, x, gain, inverse] = [call.input('dy'), call.input('x'), call.input('gain'), call.input('inverse')];
    const dx = call.make(x.shape);
    const dgain = call.make(gain.shape);
    rmsNormBackward({ dy: call.floats(dy), x: call.floats(x), gain: call.floats(gain), inverse: call.floats(inverse) }, call.floats(dx), call.floats(dgain));
    return [dx, dgain];
  },
  CausalAttention: (call) => {
    const qkv = call.input('qkv');
    const sizes = attentionSizes(call, last(qkv) / 3);
    const y = call.make([sizes.rows * sizes.queries, sizes.width]);
    const probabilities = call.make([sizes.rows, sizes.heads, sizes.queries, sizes.keys]);
    attentionForward(call.floats(qkv), sizes, call.floats(y), call.floats(probabilities));
    return [y, probabilities];
  },
  CausalAttentionGrad: (call) => {
    const qkv = call.input('qkv');
    const dqkv = call.make(qkv.shape);
    const saved = { dy: call.floats(call.input('dy')), qkv: call.floats(qkv), probabilities: call.floats(call.input('probabilities')) };
    attentionBackward(saved, attentionSizes(call, last(qkv) / 3), call.floats(dqkv));
    return [dqkv];
  },
  TokenLogProbability: (call) => {
    const logits = call.input('logits');
    const targets = call.input('targets');
    const values = call.make(targets.shape);
    const probabilities = call.make(logits.shape);
    logProbabilityForward(call.floats(logits), call.integers(targets), call.floats(values), call.floats(probabilities));
    return [values, probabilities];
  },
  TokenLogProbabilityGrad: (call) => {
    const probabilities = call.input('probabilities');
    const dlogits = call.make(probabilities.shape);
    logProbabilityBackward(call.floats(call.input('dy')), call.floats(probabilities), call.integers(call.input('targets')), call.floats(dlogits));
    return [dlogits];
  },
};

function embeddingIndices(call: KernelCall, width: number): EmbeddingIndices {
  const matches = call.optional('matches');
  return { tokens: call.integers(call.input('tokens')), matches: matches && call.integers(matches), first: call.number('first'), length: call.number('length'), width };
}

const attentionSizes = (call: KernelCall, width: number): { rows: number; keys: number; queries: number; heads: number; width: number } => ({
  rows: call.number('rows'),
  keys: call.number('keys'),
  queries: call.number('queries'),
  heads: call.number('heads'),
  width,
});
