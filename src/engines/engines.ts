/** The native engines that may be installed beside the program: which package, at which version, and the variable that names a folder with it. */

export const ENGINE_NAMES = ['onnx', 'tensorflow'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

export interface Engine {
  readonly title: string;
  readonly package: string;
  /** Exactly the one that this program was tried with. */
  readonly version: string;
  /** Environment variable naming a folder whose node_modules hold the package; it goes before any installation. */
  readonly variable: string;
}

export const ENGINES: Readonly<Record<EngineName, Engine>> = {
  onnx: { title: 'ONNX Runtime', package: 'onnxruntime-node', version: '1.30.0', variable: 'ALIGNMENT_GAP_ONNXRUNTIME' },
  tensorflow: { title: 'TensorFlow', package: '@tensorflow/tfjs-node', version: '4.22.0', variable: 'ALIGNMENT_GAP_TFJS_NODE' },
};

export const isEngineName = (name: unknown): name is EngineName => ENGINE_NAMES.some((known) => known === name);
