/** Our own kernels by name: present where a backend has them (wasm), otherwise the layers fall back on plain operations. */
import { tf } from './tensorflow';

export type FusedKernel =
  | 'Embedding' | 'EmbeddingGrad'
  | 'RmsNorm' | 'RmsNormGrad'
  | 'Norm' | 'NormGrad'
  | 'Gelu' | 'GeluGrad'
  | 'CausalAttention' | 'CausalAttentionGrad'
  | 'TokenLogProbability' | 'TokenLogProbabilityGrad';

const registered = (kernel: FusedKernel): string => `AlignmentGap${kernel}`;

export const hasFused = (kernel: FusedKernel): boolean => tf.getKernel(registered(kernel), tf.getBackend()) != null;

/** Runs one of our kernels; several outputs come as a list. */
export function runFused(kernel: FusedKernel, inputs: Readonly<Record<string, tf.Tensor>>, attributes: Readonly<Record<string, number>> = {}): tf.Tensor[] {
  const outputs: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(registered(kernel), { ...inputs }, { ...attributes });
  return Array.isArray(outputs) ? outputs : [outputs];
}

export const fusedName = registered;
