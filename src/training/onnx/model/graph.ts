/** Builds an ONNX graph node by node: what is asked for twice is made once, and what nobody reads is left out. */
import { encodeModel, type Attribute, type ElementType, type OnnxConstant, type OnnxNode, type OnnxValue } from './proto';

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: 'com.microsoft';
}

type Values = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** Constants up to this size are compared, so that a mask or a shape stands in the model once. */
const COMPARED_BYTES = 64 * 1024;

export class Graph {
  private readonly nodes: OnnxNode[] = [];
  private readonly constants = new Map<string, OnnxConstant>();
  private readonly inputs: OnnxValue[] = [];
  private readonly outputs: OnnxValue[] = [];
  /** What was made already, by how: type, inputs and attributes. */
  private readonly made = new Map<string, OnnxNode>();
  private readonly producers = new Map<string, OnnxNode>();
  private count = 0;

  /** Names of the outputs of a node of this kind. */
  many(type: string, inputs: readonly string[], outputs: number, options: NodeOptions = {}): string[] {
    const key = JSON.stringify([type, inputs, outputs, options]);
    const node = this.made.get(key) ?? this.append(type, inputs, this.names(type, outputs), options);
    this.made.set(key, node);
    return [...node.outputs];
  }

  one(type: string, inputs: readonly string[], options: NodeOptions = {}): string {
    return this.many(type, inputs, 1, options)[0] ?? '';
  }

  /** As `one`, but the output is called `name`, which others may have read before. */
  define(name: string, type: string, inputs: readonly string[]): void {
    this.append(type, inputs, [name], {});
  }

  /** Makes a value by other means than it was first written down with. */
  replace(name: string, type: string, inputs: readonly string[]): void {
    const before = this.producers.get(name);
    if (before?.outputs.length !== 1) throw new Error(`"${name}" is not made by a node of its own.`);
    this.nodes.splice(this.nodes.indexOf(before), 1);
    this.append(type, inputs, [name], {});
  }

  /** The node that makes a value, undefined for inputs and constants. */
  producer(name: string): OnnxNode | undefined {
    return this.producers.get(name);
  }

  input(name: string, element: ElementType, shape: readonly number[]): string {
    this.inputs.push({ name, element, shape });
    return name;
  }

  output(name: string, element: ElementType, shape: readonly number[]): void {
    this.outputs.push({ name, element, shape });
  }

  constant(values: Values, shape: readonly number[]): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    const element = elementOf(values);
    const key = bytes.length <= COMPARED_BYTES ? `${element} ${shape.join()} ${Buffer.from(bytes).toString('base64')}` : `large ${this.count}`;
    const known = this.constants.get(key);
    if (known) return known.name;
    const [name = ''] = this.names('constant', 1);
    this.constants.set(key, { name, element, shape, bytes });
    return name;
  }

  scalar(value: number): string {
    return this.constant(Float32Array.of(value), []);
  }

  /** A list as an input: sizes, axes, starts. */
  integers(values: readonly number[]): string {
    return this.constant(BigInt64Array.from(values.map(BigInt)), [values.length]);
  }

  /** The model's bytes. */
  build(): Uint8Array {
    const read = new Set(this.outputs.map(({ name }) => name));
    const pending = [...read];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      for (const input of this.producers.get(name)?.inputs ?? []) {
        if (!read.has(input)) pending.push(input);
        read.add(input);
      }
    }
    const nodes = inOrder(this.nodes.filter(({ outputs }) => outputs.some((name) => read.has(name))), this.producers);
    const constants = [...this.constants.values()].filter(({ name }) => read.has(name));
    return encodeModel({ nodes, constants, inputs: this.inputs.filter(({ name }) => read.has(name)), outputs: this.outputs });
  }

  private append(type: string, inputs: readonly string[], outputs: readonly string[], { attributes = {}, domain = '' as const }: { attributes?: NodeOptions['attributes']; domain?: string }): OnnxNode {
    const node = { type, domain, inputs, outputs, attributes };
    this.nodes.push(node);
    for (const output of outputs) this.producers.set(output, node);
    return node;
  }

  private names(stem: string, count: number): string[] {
    return Array.from({ length: count }, () => `${stem}:${(this.count += 1)}`);
  }
}

/** ONNX wants every node after those it reads; definitions of names that were read before come late. */
function inOrder(nodes: readonly OnnxNode[], producers: ReadonlyMap<string, OnnxNode>): OnnxNode[] {
  const ordered = new Set<OnnxNode>();
  const visit = (node: OnnxNode): void => {
    if (ordered.has(node)) return;
    for (const input of node.inputs) {
      const producer = producers.get(input);
      if (producer) visit(producer);
    }
    ordered.add(node);
  };
  nodes.forEach(visit);
  return [...ordered];
}

function elementOf(values: Values): ElementType {
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Int32Array) return 'int32';
  return values instanceof BigInt64Array ? 'int64' : 'bool';
}
