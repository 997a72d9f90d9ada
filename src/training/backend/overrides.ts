/** Installs our kernels on the wasm backend, in place of stock ones where those are missing or slow; reversible. */
import { Arena } from './arena';
import { decoder, decoderGradient, sampleResponses } from './decoder/kernels';
import { fusedName, type WasmKernel } from './fused';
import { wasmHeap } from './heap';
import { KernelCall, type Workshop } from './kernelCall';
import { loadKernels } from './kernels';
import { adamStep, linear, linearGradient } from './layerKernels';
import { responseLogProbability, responseLogProbabilityGradient } from './responseKernels';
import { stockReplacements, type Replacement } from './stockReplacements';
import { OVERRIDDEN_VERSION, tf } from './tensorflow';

export const WASM = 'wasm';

const FUSED: Readonly<Record<WasmKernel, (call: KernelCall) => tf.TensorInfo[]>> = {
  Decoder: decoder,
  DecoderGrad: decoderGradient,
  Linear: linear,
  LinearGrad: linearGradient,
  ResponseLogProbability: responseLogProbability,
  ResponseLogProbabilityGrad: responseLogProbabilityGradient,
  SampleResponses: sampleResponses,
  AdamStep: adamStep,
};

export interface Installed {
  /** Which build of our kernels. */
  readonly name: string;
  /** Takes the installed kernels out again and puts the stock ones back. */
  readonly uninstall: () => void;
}

/** @param folder where the kernels' binaries lie @throws Error saying why ours cannot be used here */
export function installOverrides(folder: string, version: string = tf.version_core): Installed {
  if (version !== OVERRIDDEN_VERSION) throw new Error(`they were checked against TensorFlow.js ${OVERRIDDEN_VERSION}, this is ${version}`);
  const heap = wasmHeap();
  if (!heap) throw new Error('the wasm backend does not run or keeps its memory out of reach');
  const { kernels, name } = loadKernels(folder, heap.memory);
  const workshop: Workshop = { heap, kernels, arena: new Arena(heap) };
  const replaced = stockReplacements(workshop).map((replacement) => replaceKernel(replacement));
  const own = Object.entries(FUSED).map(([kernel, run]) =>
    replaceKernel({ name: fusedName(kernel as WasmKernel), kernel: () => ({ inputs, attrs }) => run(new KernelCall(workshop, inputs, attrs)) }),
  );
  const undo = [...replaced, ...own];
  return {
    name,
    uninstall: () => {
      for (const back of undo) back();
      workshop.arena.release();
    },
  };
}

function replaceKernel({ name: kernelName, kernel }: Replacement): () => void {
  const stock = tf.getKernel(kernelName, WASM) as tf.KernelConfig | undefined;
  if (stock) tf.unregisterKernel(kernelName, WASM);
  tf.registerKernel({ kernelName, backendName: WASM, kernelFunc: kernel(stock?.kernelFunc), ...(stock?.disposeFunc ? { disposeFunc: stock.disposeFunc } : {}) });
  return () => {
    tf.unregisterKernel(kernelName, WASM);
    if (stock) tf.registerKernel(stock);
  };
}
