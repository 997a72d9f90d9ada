/** Weights as safetensors (Hugging Face): 8 bytes header length, a JSON header, then raw little-endian float32 values. */
import * as z from 'zod';
import type { WeightBuffers } from './weights';

const tensorHeader = z.strictObject({
  dtype: z.literal('F32', { error: 'only F32 is written by this program' }),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const METADATA = '__metadata__';
const header = z.record(z.string(), z.unknown());
const metadataHeader = z.record(z.string(), z.string());

export interface SafetensorsFile {
  readonly tensors: WeightBuffers;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** `shapes` defaults to one dimension a tensor. */
export function encodeSafetensors(tensors: WeightBuffers, shapes: SafetensorsFile['shapes'] = {}, metadata: SafetensorsFile['metadata'] = {}): Uint8Array {
  // Pairs until the end: looking up by name would find a shape for a tensor called `toString`.
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [[METADATA, metadata]] : [];
  let offset = 0;
  for (const [name, values] of Object.entries(tensors)) {
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : [values.length];
    entries.push([name, { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] }]);
    offset += values.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  // The values begin on an 8-byte boundary, as other readers expect; spaces at the end of the header are part of the format.
  const padded = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + offset).fill(0x20, 8, 8 + padded);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(padded), true);
  bytes.set(json, 8);
  let at = 8 + padded;
  for (const values of Object.values(tensors)) {
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return bytes;
}

/** @throws Error naming what is wrong with the file; never reads beyond it. */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { entries, start } = readHeader(bytes);
  const tensors: [string, Float32Array][] = [];
  const shapes: [string, readonly number[]][] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(entries)) {
    if (name === METADATA) {
      metadata = metadataHeader.parse(entry);
      continue;
    }
    const parsed = tensorHeader.safeParse(entry);
    if (!parsed.success) throw malformed(`tensor "${name}": ${z.prettifyError(parsed.error)}`);
    const { shape, data_offsets: [from, to] } = parsed.data;
    const size = shape.reduce((a, b) => a * b, 1);
    if (to - from !== 4 * size || start + to > bytes.length) throw malformed(`tensor "${name}" of ${size} values lies at bytes ${from} to ${to} of ${bytes.length - start}`);
    tensors.push([name, readFloats(bytes, start + from, size)]);
    shapes.push([name, shape]);
  }
  return { tensors: Object.fromEntries(tensors), shapes: Object.fromEntries(shapes), metadata };
}

function readHeader(bytes: Uint8Array): { entries: Record<string, unknown>; start: number } {
  if (bytes.length < 8) throw malformed(`${bytes.length} bytes are too few for a header`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length - 8) throw malformed(`the header claims ${length} bytes, the file has ${bytes.length - 8} after its length`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (error) {
    throw malformed(`the header is no JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const entries = header.safeParse(parsed);
  if (!entries.success) throw malformed('the header is no JSON object');
  return { entries: entries.data, start: 8 + length };
}

function readFloats(bytes: Uint8Array, start: number, size: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, 4 * size);
  return Float32Array.from({ length: size }, (_, i) => view.getFloat32(4 * i, true));
}

const malformed = (what: string): Error => new Error(`Not a readable safetensors file: ${what}. It may be torn; use an older checkpoint.`);
