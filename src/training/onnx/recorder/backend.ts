/**
 * A TensorFlow.js backend that computes nothing: its kernels write down ONNX nodes. So TensorFlow.js' own automatic
 * differentiation writes forward pass and gradients as one graph, which another engine then runs step after step.
 */
import { tf } from '../../backend/tensorflow';
import { Graph } from '../model/graph';
import type { ElementType } from '../model/proto';

export const RECORDER = 'alignment-gap-recorder';

interface Recorded {
  /** In the graph; constants get one when they are first read. */
  name?: string;
  readonly values?: tf.backend_util.TypedArray;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
  references: number;
}

export class RecorderBackend extends tf.KernelBackend {
  private recorded = new WeakMap<object, Recorded>();
  private alive = 0;
  graph = new Graph();

  /** Starts an empty graph; tensors of earlier ones are void. */
  begin(): Graph {
    this.graph = new Graph();
    this.recorded = new WeakMap();
    return this.graph;
  }

  /** The tensor of a value of the graph. */
  result(name: string, shape: readonly number[], dtype: tf.DataType = 'float32'): tf.TensorInfo {
    return { dataId: this.enter({ name, shape, dtype, references: 1 }), shape: [...shape], dtype };
  }

  /** The same value under another tensor. */
  share({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    this.incRef(dataId);
    return { dataId, shape, dtype };
  }

  /** A tensor's name in the graph. */
  nameOf({ dataId }: tf.TensorInfo): string {
    const entry = this.entry(dataId);
    if (entry.name === undefined) {
      if (!entry.values) throw new Error('A recorded tensor has neither name nor values.');
      entry.name = this.graph.constant(typed(entry.values, entry.dtype), entry.shape);
    }
    return entry.name;
  }

  /** The values of a constant, undefined for what is known only when the graph runs. */
  constantOf({ dataId }: tf.TensorInfo): tf.backend_util.TypedArray | undefined {
    return this.entry(dataId).values;
  }

  override write(values: tf.backend_util.TypedArray, shape: number[], dtype: tf.DataType): object {
    return this.enter({ values, shape, dtype, references: 1 });
  }

  override readSync(): never {
    throw new Error('While a training step is recorded no tensor has a value: the loss must not read any.');
  }

  override read(): Promise<never> {
    return Promise.reject(new Error('While a training step is recorded no tensor has a value: the loss must not read any.'));
  }

  override move(): never {
    throw new Error('While a training step is recorded it must not touch tensors of another backend: pass them as weights, frozen weights or feeds.');
  }

  override disposeData(dataId: object, force = false): boolean {
    const entry = this.recorded.get(dataId);
    if (!entry) return true;
    entry.references -= 1;
    if (!force && entry.references > 0) return false;
    this.alive -= 1;
    this.recorded.delete(dataId);
    return true;
  }

  override incRef(dataId: object): void {
    this.entry(dataId).references += 1;
  }

  decRef(dataId: object): void {
    this.entry(dataId).references -= 1;
  }

  override refCount(dataId: object): number {
    return this.recorded.get(dataId)?.references ?? 0;
  }

  override numDataIds(): number {
    return this.alive;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  private enter(entry: Recorded): object {
    const dataId = {};
    this.recorded.set(dataId, entry);
    this.alive += 1;
    return dataId;
  }

  private entry(dataId: object): Recorded {
    const entry = this.recorded.get(dataId);
    if (!entry) throw new Error('A training step that is recorded used tensors from outside: pass them as weights, frozen weights or feeds.');
    return entry;
  }
}

export const elementOf = (dtype: tf.DataType): ElementType => {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new Error(`Tensors of type ${dtype} cannot be recorded.`);
};

function typed(values: tf.backend_util.TypedArray, dtype: tf.DataType): Float32Array | Int32Array | Uint8Array {
  switch (elementOf(dtype)) {
    case 'int32': return Int32Array.from(values);
    case 'bool': return Uint8Array.from(values);
    default: return Float32Array.from(values);
  }
}
