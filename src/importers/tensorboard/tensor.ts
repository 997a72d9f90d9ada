/** The number in a scalar `TensorProto`, or the text of a string one. Source: tensorflow/core/framework/{tensor,types}.proto. */
import type Pbf from 'pbf';
import { BYTES, endOfField, MalformedMessage, readFields } from '../framing/message';

/** `DataType` numbers of types.proto. */
const Type = {
  float: 1, double: 2, int32: 3, uint8: 4, int16: 5, int8: 6, string: 7, int64: 9, bool: 10,
  bfloat16: 14, uint16: 17, half: 19, uint32: 22, uint64: 23,
} as const;

type TensorValue =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  /** More or less than one element, or a type without numbers. */
  | { readonly kind: 'other' };

const LONGEST_TEXT = 64 * 1024;
const utf8 = new TextDecoder('utf-8');
const OTHER: TensorValue = { kind: 'other' };

interface Parts {
  type: number;
  elements: number;
  content: Uint8Array | undefined;
  first: number | undefined;
  text: Uint8Array | undefined;
}

/** Reads the tensor from the cursor to `end`. */
export function readTensor(pbf: Pbf, end: number): TensorValue {
  const parts: Parts = { type: 0, elements: 1, content: undefined, first: undefined, text: undefined };
  readFields(pbf, end, (field, type) => readPart(pbf, end, parts, field, type));
  if (parts.type === Type.string) {
    return parts.text === undefined ? OTHER : { kind: 'text', value: utf8.decode(parts.text.subarray(0, LONGEST_TEXT)) };
  }
  if (parts.elements !== 1) return OTHER;
  const value = parts.content === undefined ? parts.first : fromContent(parts.type, parts.content);
  return value === undefined ? OTHER : { kind: 'number', value: fromBits(parts.type, value, parts.content !== undefined) };
}

function readPart(pbf: Pbf, end: number, parts: Parts, field: number, type: number): boolean {
  const values = VALUES[field];
  if (values !== undefined) readFirst(pbf, type === BYTES ? endOfField(pbf, end) : end, parts, values, type === BYTES);
  else if (field === 1) parts.type = pbf.readVarint();
  else if (field === 2) parts.elements = readElements(pbf, endOfField(pbf, end));
  else if (field === 4) parts.content = readBytes(pbf, end);
  else if (field === 8 && parts.text === undefined) parts.text = readBytes(pbf, end);
  else return false;
  return true;
}

interface Values {
  readonly width: number;
  readonly read: (pbf: Pbf) => number;
}
const VARINTS: Values = { width: 1, read: (pbf) => pbf.readVarint(true) };
/** Field number → how its values are written: float_val, double_val, and the integers of every width. */
const VALUES: Readonly<Record<number, Values>> = {
  5: { width: 4, read: (pbf) => pbf.readFloat() },
  6: { width: 8, read: (pbf) => pbf.readDouble() },
  7: VARINTS, 10: VARINTS, 11: VARINTS, 13: VARINTS, 16: VARINTS, 17: VARINTS,
};

/** Only the first value is kept, for only a tensor of one element is a number of ours. */
function readFirst(pbf: Pbf, end: number, parts: Parts, { width, read }: Values, packed: boolean): void {
  if (end - pbf.pos >= width) {
    const value = read(pbf);
    parts.first ??= value;
  } else if (!packed || end > pbf.pos) throw new MalformedMessage('a number is cut off');
  if (packed) pbf.pos = end;
}

function readBytes(pbf: Pbf, end: number): Uint8Array {
  const stop = endOfField(pbf, end);
  const bytes = pbf.buf.subarray(pbf.pos, stop);
  pbf.pos = stop;
  return bytes;
}

/** `TensorShapeProto`: the product of the dimensions' sizes, 1 for none. */
function readElements(pbf: Pbf, end: number): number {
  let elements = 1;
  readFields(pbf, end, (field) => {
    if (field !== 2) return false;
    const stop = endOfField(pbf, end);
    let size = 0; // proto3 leaves a zero out
    readFields(pbf, stop, (inner) => {
      if (inner === 1) size = pbf.readVarint(true);
      return inner === 1;
    });
    elements *= size;
    return true;
  });
  return elements;
}

/** The one element of `tensor_content`, little-endian as TensorFlow writes it. */
function fromContent(type: number, content: Uint8Array): number | undefined {
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const read = CONTENT[type];
  return read === undefined || view.byteLength !== read.width ? undefined : read.from(view);
}

const CONTENT: Readonly<Record<number, { readonly width: number; readonly from: (view: DataView) => number }>> = {
  [Type.float]: { width: 4, from: (view) => view.getFloat32(0, true) },
  [Type.double]: { width: 8, from: (view) => view.getFloat64(0, true) },
  [Type.int32]: { width: 4, from: (view) => view.getInt32(0, true) },
  [Type.uint32]: { width: 4, from: (view) => view.getUint32(0, true) },
  [Type.int16]: { width: 2, from: (view) => view.getInt16(0, true) },
  [Type.uint16]: { width: 2, from: (view) => view.getUint16(0, true) },
  [Type.int8]: { width: 1, from: (view) => view.getInt8(0) },
  [Type.uint8]: { width: 1, from: (view) => view.getUint8(0) },
  [Type.bool]: { width: 1, from: (view) => view.getUint8(0) },
  [Type.int64]: { width: 8, from: (view) => Number(view.getBigInt64(0, true)) },
  [Type.uint64]: { width: 8, from: (view) => Number(view.getBigUint64(0, true)) },
  [Type.half]: { width: 2, from: (view) => view.getUint16(0, true) },
  [Type.bfloat16]: { width: 2, from: (view) => view.getUint16(0, true) },
};

/** Half floats come as their 16 bits in either form; what a type has no number for is not a number of ours. */
function fromBits(type: number, value: number, fromBytes: boolean): number {
  if (type === Type.half) return halfFloat(value & 0xffff);
  if (type === Type.bfloat16) return brainFloat(value & 0xffff);
  return type === Type.uint64 && !fromBytes && value < 0 ? value + 2 ** 64 : value;
}

/** IEEE 754 binary16. */
export function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const view = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a binary32. */
export function brainFloat(bits: number): number {
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}
