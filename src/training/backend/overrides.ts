/** Installs our kernels on the wasm backend, in place of stock ones where those are missing or slow; reversible. */
import { fusedName } from './fused';
import { FUSED_KERNELS } from './fusedKernels';
import type { WasmHeap } from './heap';
import { KernelCall, wasmHeap } from './heap';
import { columnSums, segmentSum, transpose } from './kernels/arrays';
import { OVERRIDDEN_VERSION, tf } from './tensorflow';

export const WASM = 'wasm';

/** Takes the installed kernels out again and puts the stock ones back. */
export type Uninstall = () => void;

/** undefined: this TensorFlow.js is not the release our kernels were checked against, or its heap is out of reach. */
export function installOverrides(version: string = tf.version_core): Uninstall | undefined {
  const heap = version === OVERRIDDEN_VERSION ? wasmHeap() : undefined;
  if (!heap) return undefined;
  const replaced = stockReplacements(heap).map(({ name, kernel }) => replaceKernel(name, kernel));
  const own = Object.entries(FUSED_KERNELS).map(([name, kernel]) =>
    replaceKernel(fusedName(name as keyof typeof FUSED_KERNELS), () => ({ inputs, attrs }) => kernel(new KernelCall(heap, inputs, attrs))),
  );
  return () => [...replaced, ...own].forEach((undo) => undo());
}

type KernelFunction = tf.KernelFunc;
/** Given the stock kernel, if there is one, the kernel to use instead. */
type Replacement = (stock: KernelFunction | undefined) => KernelFunction;

function replaceKernel(kernelName: string, replacement: Replacement): Uninstall {
  const stock = tf.getKernel(kernelName, WASM) as tf.KernelConfig | undefined;
  if (stock) tf.unregisterKernel(kernelName, WASM);
  tf.registerKernel({ kernelName, backendName: WASM, kernelFunc: replacement(stock?.kernelFunc), ...(stock?.disposeFunc ? { disposeFunc: stock.disposeFunc } : {}) });
  return () => {
    tf.unregisterKernel(kernelName, WASM);
    if (stock) tf.registerKernel(stock);
  };
}

const isMatrix = (x: tf.TensorInfo): boolean => x.dtype === 'float32' && x.shape.length === 2;

function stockReplacements(heap: WasmHeap): { name: string; kernel: Replacement }[] {
  return [
    {
      // Missing in the stock backend; the gradient of gather needs it.
      name: 'UnsortedSegmentSum',
      kernel: () => ({ inputs, attrs }) => {
        const call = new KernelCall(heap, inputs, attrs);
        const x = call.input('x');
        const ids = call.input('segmentIds');
        const out = call.make([call.number('numSegments'), ...x.shape.slice(ids.shape.length)], x.dtype === 'int32' ? 'int32' : 'float32');
        segmentSum(call.floats(x), call.integers(ids), call.number('numSegments'), call.floats(out));
        return out;
      },
    },
    {
      // The stock kernel copies the buffer each time autodiff saves a tensor; tensors are never written in place, so a reference will do.
      name: 'Identity',
      kernel: () => ({ inputs }) => {
        const { dataId, shape, dtype } = new KernelCall(heap, inputs, undefined).input('x');
        heap.incRef(dataId);
        return { dataId, shape, dtype };
      },
    },
    {
      name: 'Transpose',
      kernel: (stock) => (parameters) => {
        const call = new KernelCall(heap, parameters.inputs, parameters.attrs);
        const x = call.input('x');
        const [rows, columns] = x.shape as [number, number];
        const swaps = (parameters.attrs?.perm as number[] | undefined)?.[0] === 1;
        if (!isMatrix(x) || !swaps) return orStock(stock, parameters);
        const out = call.make([columns, rows]);
        transpose(call.floats(x), rows, columns, call.floats(out));
        return out;
      },
    },
    {
      name: 'Sum',
      kernel: (stock) => (parameters) => {
        const call = new KernelCall(heap, parameters.inputs, parameters.attrs);
        const x = call.input('x');
        const axes = [parameters.attrs?.axis ?? []].flat();
        if (!isMatrix(x) || axes.length !== 1 || axes[0] !== 0) return orStock(stock, parameters);
        const columns = x.shape[1] ?? 0;
        const out = call.make(parameters.attrs?.keepDims ? [1, columns] : [columns]);
        columnSums(call.floats(x), columns, call.floats(out));
        return out;
      },
    },
  ];
}

function orStock(stock: KernelFunction | undefined, parameters: Parameters<KernelFunction>[0]): ReturnType<KernelFunction> {
  if (!stock) throw new Error('The wasm backend has no kernel of its own to fall back on.');
  return stock(parameters);
}
