/** What a recorded kernel sees: its inputs by name in the graph, and short ways to write nodes. */
import { tf } from '../../backend/tensorflow';
import type { Graph, NodeOptions } from '../model/graph';
import type { RecorderBackend } from './backend';

export type RecordedKernel = (call: RecordedCall) => tf.TensorInfo | tf.TensorInfo[];
export type KernelTable = Readonly<Record<string, RecordedKernel>>;

export class RecordedCall {
  constructor(
    readonly backend: RecorderBackend,
    readonly inputs: tf.NamedTensorInfoMap,
    readonly attributes: tf.NamedAttrMap,
  ) {}

  get graph(): Graph {
    return this.backend.graph;
  }

  input(name: string): tf.TensorInfo {
    const tensor = this.inputs[name];
    if (!tensor) throw new Error(`Kernel input "${name}" is missing.`);
    return tensor;
  }

  /** An input's name in the graph. */
  name(input: string): string {
    return this.backend.nameOf(this.input(input));
  }

  names(): string[] {
    return Object.values(this.inputs).map((tensor) => this.backend.nameOf(tensor as tf.TensorInfo));
  }

  number(attribute: string): number {
    return this.attributes[attribute] as number;
  }

  numbers(attribute: string): number[] {
    return this.attributes[attribute] as number[];
  }

  one(type: string, inputs: readonly string[], attributes: NodeOptions['attributes'] = {}): string {
    return this.graph.one(type, inputs, { attributes });
  }

  /** One of ONNX Runtime's own operators. */
  contributed(type: string, inputs: readonly string[], attributes: NodeOptions['attributes'] = {}): string {
    return this.graph.one(type, inputs, { attributes, domain: 'com.microsoft' });
  }

  reshape(name: string, shape: readonly number[]): string {
    return this.one('Reshape', [name, this.graph.integers(shape)]);
  }

  result(name: string, shape: readonly number[], dtype: tf.DataType = 'float32'): tf.TensorInfo {
    return this.backend.result(name, shape, dtype);
  }
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
export const broadcast = (a: tf.TensorInfo, b: tf.TensorInfo): number[] => tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
