/** The private face of TensorFlow.js' wasm backend that our kernels stand on; the reason why they are tied to one release. */
import { tf } from './tensorflow';

export type Dtype = 'float32' | 'int32';
/** A byte offset into the heap; 0 stands for "none". */
export type Pointer = number;

interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: Dtype): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array | Uint8Array;
  getMemoryOffset(dataId: object): Pointer;
  incRef(dataId: object): void;
  readonly wasm: { _malloc(bytes: number): Pointer; _free(pointer: Pointer): void; readonly asm: { readonly memory: WebAssembly.Memory } };
}

export class WasmHeap {
  constructor(private readonly backend: WasmBackend) {}

  get memory(): WebAssembly.Memory {
    return this.backend.wasm.asm.memory;
  }

  make(shape: readonly number[], dtype: Dtype = 'float32'): tf.TensorInfo {
    return this.backend.makeOutput([...shape], dtype);
  }

  pointer(tensor: tf.TensorInfo): Pointer {
    return this.backend.getMemoryOffset(tensor.dataId);
  }

  /** A view; the next allocation may move the heap, so take views only after every output is made. */
  integers(tensor: tf.TensorInfo): Int32Array {
    return this.backend.typedArrayFromHeap(tensor) as Int32Array;
  }

  floats(tensor: tf.TensorInfo): Float32Array {
    return this.backend.typedArrayFromHeap(tensor) as Float32Array;
  }

  share(tensor: tf.TensorInfo): void {
    this.backend.incRef(tensor.dataId);
  }

  /** @throws Error when the heap cannot grow any more */
  allocate(bytes: number): Pointer {
    // Above two gibibytes emscripten's answer is negative.
    const pointer = this.backend.wasm._malloc(bytes) >>> 0;
    if (pointer === 0) throw new Error(`the WebAssembly heap has no room for ${bytes} more bytes; a smaller batch or model needs less`);
    return pointer;
  }

  free(pointer: Pointer): void {
    this.backend.wasm._free(pointer);
  }
}

/** The heap of the current backend, or undefined where it does not look as expected. */
export function wasmHeap(): WasmHeap | undefined {
  if (tf.getBackend() !== 'wasm') return undefined;
  const backend = tf.backend() as unknown as Partial<WasmBackend>;
  const methods = (['makeOutput', 'typedArrayFromHeap', 'getMemoryOffset', 'incRef'] as const).every((name) => typeof backend[name] === 'function');
  const { wasm } = backend;
  const complete = methods && typeof wasm?._malloc === 'function' && typeof wasm._free === 'function' && wasm.asm?.memory instanceof WebAssembly.Memory;
  return complete ? new WasmHeap(backend as WasmBackend) : undefined;
}
