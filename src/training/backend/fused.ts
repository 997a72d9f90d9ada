/** Our own kernels by name: present where a backend has them (wasm), otherwise callers fall back on plain operations. */
import { tf } from './tensorflow';

export type FusedKernel =
  | 'Decoder' | 'DecoderGrad'
  | 'Linear' | 'LinearGrad'
  | 'TokenLogProbability' | 'TokenLogProbabilityGrad'
  | 'SampleResponses'
  | 'AdamStep';

export const fusedName = (kernel: FusedKernel): string => `AlignmentGap${kernel}`;

export const hasFused = (kernel: FusedKernel): boolean => tf.getKernel(fusedName(kernel), tf.getBackend()) != null;

/** Runs one of our kernels; several outputs come as a list. */
export function runFused(kernel: FusedKernel, inputs: Readonly<Record<string, tf.Tensor>>, attributes: object = {}): tf.Tensor[] {
  const outputs: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(fusedName(kernel), { ...inputs }, { ...attributes } as tf.NamedAttrMap);
  return Array.isArray(outputs) ? outputs : [outputs];
}
