/** A kernel's view of its inputs, attributes and outputs. */
import type { Arena } from './arena';
import type { Dtype, Pointer, WasmHeap } from './heap';
import type { Kernels } from './kernels';
import type { tf } from './tensorflow';

/** What every kernel of ours works with. */
export interface Workshop {
  readonly heap: WasmHeap;
  readonly kernels: Kernels;
  readonly arena: Arena;
}

export class KernelCall {
  readonly heap: WasmHeap;
  readonly kernels: Kernels;
  readonly arena: Arena;

  constructor(
    workshop: Workshop,
    private readonly inputs: tf.NamedTensorInfoMap,
    private readonly attributes: object | undefined,
  ) {
    ({ heap: this.heap, kernels: this.kernels, arena: this.arena } = workshop);
    this.arena.reset();
  }

  input(name: string): tf.TensorInfo {
    const tensor = this.optional(name);
    if (!tensor) throw new Error(`Kernel input "${name}" is missing.`);
    return tensor;
  }

  optional(name: string): tf.TensorInfo | undefined {
    return this.inputs[name];
  }

  /** Where an input lies; 0 where there is none of that name. */
  pointer(name: string): Pointer {
    const tensor = this.optional(name);
    return tensor ? this.heap.pointer(tensor) : 0;
  }

  /** Attributes are written by the one caller of each kernel, which names their type. */
  attribute<T>(): T {
    return (this.attributes ?? {}) as T;
  }

  make(shape: readonly number[], dtype: Dtype = 'float32'): tf.TensorInfo {
    return this.heap.make(shape, dtype);
  }

  pointerTo(tensor: tf.TensorInfo): Pointer {
    return this.heap.pointer(tensor);
  }
}

export const sizeOf = ({ shape }: tf.TensorInfo): number => shape.reduce((a, b) => a * b, 1);
export const lastOf = ({ shape }: tf.TensorInfo): number => shape[shape.length - 1] ?? 1;
