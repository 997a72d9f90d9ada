/** The private face of TensorFlow.js' wasm backend that our kernels stand on; the reason why they are tied to one release. */
import { tf } from './tensorflow';

export type Dtype = 'float32' | 'int32';

export interface WasmHeap {
  makeOutput(shape: readonly number[], dtype: Dtype): tf.TensorInfo;
  /** A view; the next allocation may move the heap, so take views only after every output is made. */
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array | Uint8Array;
  incRef(dataId: object): void;
}

/** The heap of the current backend, or undefined where it does not look as expected. */
export function wasmHeap(): WasmHeap | undefined {
  if (tf.getBackend() !== 'wasm') return undefined;
  const backend = tf.backend() as unknown as Partial<WasmHeap>;
  const complete = (['makeOutput', 'typedArrayFromHeap', 'incRef'] as const).every((name) => typeof backend[name] === 'function');
  return complete ? (backend as WasmHeap) : undefined;
}

/** A kernel's view of its inputs, attributes and outputs. */
export class KernelCall {
  constructor(
    private readonly heap: WasmHeap,
    private readonly inputs: tf.NamedTensorInfoMap,
    private readonly attributes: tf.NamedAttrMap | undefined,
  ) {}

  input(name: string): tf.TensorInfo {
    const tensor = this.optional(name);
    if (!tensor) throw new Error(`Kernel input "${name}" is missing.`);
    return tensor;
  }

  optional(name: string): tf.TensorInfo | undefined {
    return this.inputs[name];
  }

  number(name: string): number {
    return this.attributes?.[name] as number;
  }

  make(shape: readonly number[], dtype: Dtype = 'float32'): tf.TensorInfo {
    return this.heap.makeOutput([...shape], dtype);
  }

  floats(tensor: tf.TensorInfo): Float32Array {
    return this.heap.typedArrayFromHeap(tensor) as Float32Array;
  }

  integers(tensor: tf.TensorInfo): Int32Array {
    return this.heap.typedArrayFromHeap(tensor) as Int32Array;
  }
}
