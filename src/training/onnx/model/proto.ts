/** ONNX models as bytes: the few messages of onnx.proto3 (github.com/onnx/onnx) that a training step needs. */
import Pbf from 'pbf';

/** TensorProto.DataType. */
export const ELEMENT = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof ELEMENT;

/** Integers as `number`, strings as they are, lists of integers; real numbers are wrapped, for JavaScript cannot tell 1.0 from 1. */
export type Attribute = number | string | readonly number[] | { readonly real: number };

export interface OnnxNode {
  readonly type: string;
  /** '' is ONNX's own; contributed operators are in `com.microsoft`. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly element: ElementType;
  readonly shape: readonly number[];
}

export interface OnnxConstant extends OnnxValue {
  readonly bytes: Uint8Array;
}

export interface OnnxGraph {
  /** Each after those whose outputs it reads. */
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

const IR_VERSION = 10;
/** Of the operators; the oldest that has all of ours, for runtimes older than the one we tried. */
const OPSET = 21;

export function encodeModel(graph: OnnxGraph): Uint8Array {
  const pbf = new Pbf();
  pbf.writeVarintField(1, IR_VERSION);
  pbf.writeStringField(2, 'alignment-gap');
  pbf.writeMessage(7, writeGraph, graph);
  pbf.writeMessage(8, writeOperatorSet, { domain: '', version: OPSET });
  pbf.writeMessage(8, writeOperatorSet, { domain: 'com.microsoft', version: 1 });
  return pbf.finish();
}

function writeOperatorSet({ domain, version }: { domain: string; version: number }, pbf: Pbf): void {
  pbf.writeStringField(1, domain);
  pbf.writeVarintField(2, version);
}

function writeGraph({ nodes, constants, inputs, outputs }: OnnxGraph, pbf: Pbf): void {
  for (const node of nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, 'step');
  for (const constant of constants) pbf.writeMessage(5, writeConstant, constant);
  for (const input of inputs) pbf.writeMessage(11, writeValue, input);
  for (const output of outputs) pbf.writeMessage(12, writeValue, output);
}

function writeNode({ type, domain, inputs, outputs, attributes }: OnnxNode, pbf: Pbf): void {
  for (const input of inputs) pbf.writeStringField(1, input);
  for (const output of outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(3, `make ${outputs[0] ?? ''}`);
  pbf.writeStringField(4, type);
  for (const [name, value] of Object.entries(attributes)) pbf.writeMessage(5, writeAttribute, { name, value });
  if (domain) pbf.writeStringField(7, domain);
}

function writeAttribute({ name, value }: { name: string; value: Attribute }, pbf: Pbf): void {
  const ofType = (type: number): void => { pbf.writeVarintField(20, type); };
  pbf.writeStringField(1, name);
  if (typeof value === 'number') {
    pbf.writeVarintField(3, value);
    ofType(2);
  } else if (typeof value === 'string') {
    pbf.writeStringField(4, value);
    ofType(3);
  } else if ('real' in value) {
    pbf.writeFloatField(2, value.real);
    ofType(1);
  } else {
    for (const each of value) pbf.writeVarintField(8, each);
    ofType(7);
  }
}

function writeConstant({ name, element, shape, bytes }: OnnxConstant, pbf: Pbf): void {
  for (const size of shape) pbf.writeVarintField(1, size);
  pbf.writeVarintField(2, ELEMENT[element]);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, bytes);
}

function writeValue({ name, element, shape }: OnnxValue, pbf: Pbf): void {
  const writeShape = (sizes: readonly number[], to: Pbf): void => {
    for (const size of sizes) to.writeMessage(1, (value: number, dimension: Pbf) => { dimension.writeVarintField(1, value); }, size);
  };
  const writeTensor = (sizes: readonly number[], to: Pbf): void => {
    to.writeVarintField(1, ELEMENT[element]);
    to.writeMessage(2, writeShape, sizes);
  };
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (sizes: readonly number[], to: Pbf) => { to.writeMessage(1, writeTensor, sizes); }, shape);
}
