/** Our own kernels by name: present where a backend has them (wasm), otherwise callers fall back on plain operations. */
import { tf } from './tensorflow';

/** On the heap of the wasm backend (`overrides.ts`). */
export type WasmKernel =
  | 'Decoder' | 'DecoderGrad'
  | 'Linear' | 'LinearGrad'
  | 'ResponseLogProbability' | 'ResponseLogProbabilityGrad'
  | 'SampleResponses'
  | 'AdamStep';

/** Layers for which a step that is recorded has nodes of its own (`onnx/recorder/layers`). */
export type RecordedLayer =
  | 'CausalAttention' | 'CausalAttentionGrad'
  | 'Norm' | 'NormGrad'
  | 'Gelu' | 'GeluGrad'
  | 'TokenLogProbability' | 'TokenLogProbabilityGrad';

export type FusedKernel = WasmKernel | RecordedLayer;

export const fusedName = (kernel: FusedKernel): string => `AlignmentGap${kernel}`;

export const hasFused = (kernel: FusedKernel): boolean => tf.getKernel(fusedName(kernel), tf.getBackend()) != null;

/** Runs one of our kernels; several outputs come as a list. */
export function runFused(kernel: FusedKernel, inputs: Readonly<Record<string, tf.Tensor>>, attributes: object = {}): tf.Tensor[] {
  const outputs: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(fusedName(kernel), { ...inputs }, { ...attributes });
  return Array.isArray(outputs) ? outputs : [outputs];
}
