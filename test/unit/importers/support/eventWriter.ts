/** Writes TensorBoard event files as tensorboardX, PyTorch and TensorFlow do. */
import Pbf from 'pbf';
import { crc32c, masked } from '../../../../src/importers/framing/crc';

export interface WrittenValue {
  readonly tag: string;
  readonly simple?: number;
  readonly tensor?: { readonly type: number; readonly field?: number; readonly values?: readonly number[]; readonly packed?: boolean; readonly content?: Uint8Array; readonly text?: string; readonly shape?: readonly number[] };
  readonly plugin?: { readonly name: string; readonly content?: Uint8Array };
}
export interface WrittenEvent {
  readonly wallTime?: number;
  readonly step?: number;
  readonly version?: string;
  readonly values?: readonly WrittenValue[];
  readonly graph?: Uint8Array;
  /** `SessionLog.status`. */
  readonly session?: number;
}

export function frame(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(crc32c(bytes, 0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(data, 0, data.length)), true);
  return bytes;
}

/** A header alone, with the right checksum, that claims `length` bytes. */
export function claim(length: number): Uint8Array {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(length), true);
  view.setUint32(8, masked(crc32c(bytes, 0, 8)), true);
  return bytes;
}

export function encode({ wallTime = 1_700_000_000, step = 0, version, values, graph, session }: WrittenEvent): Uint8Array {
  const pbf = new Pbf();
  pbf.writeDoubleField(1, wallTime);
  pbf.writeVarintField(2, step);
  if (version !== undefined) pbf.writeStringField(3, version);
  if (graph !== undefined) pbf.writeBytesField(4, graph);
  if (values !== undefined) pbf.writeMessage(5, writeSummary, values);
  if (session !== undefined) pbf.writeMessage(7, (status: number, inner: Pbf) => inner.writeVarintField(1, status), session);
  return pbf.finish();
}

function writeSummary(values: readonly WrittenValue[], pbf: Pbf): void {
  for (const value of values) pbf.writeMessage(1, writeValue, value);
}

function writeValue({ tag, simple, tensor, plugin }: WrittenValue, pbf: Pbf): void {
  pbf.writeStringField(1, tag);
  if (simple !== undefined) pbf.writeFloatField(2, simple);
  if (tensor !== undefined) pbf.writeMessage(8, writeTensor, tensor);
  if (plugin !== undefined) pbf.writeMessage(9, (of: NonNullable<WrittenValue['plugin']>, inner: Pbf) => inner.writeMessage(1, writePlugin, of), plugin);
}

function writePlugin({ name, content }: NonNullable<WrittenValue['plugin']>, pbf: Pbf): void {
  pbf.writeStringField(1, name);
  if (content !== undefined) pbf.writeBytesField(2, content);
}

function writeTensor({ type, field = 5, values = [], packed = true, content, text, shape }: NonNullable<WrittenValue['tensor']>, pbf: Pbf): void {
  pbf.writeVarintField(1, type);
  if (shape !== undefined) pbf.writeMessage(2, (sizes: readonly number[], inner: Pbf) => sizes.forEach((size) => inner.writeMessage(2, (s: number, dimension: Pbf) => dimension.writeVarintField(1, s), size)), shape);
  if (content !== undefined) pbf.writeBytesField(4, content);
  if (text !== undefined) pbf.writeStringField(8, text);
  if (values.length === 0) return;
  const list = [...values];
  const write = WRITERS[field] ?? { packed: (of: Pbf) => of.writePackedVarint(field, list), single: (of: Pbf, value: number) => of.writeVarintField(field, value) };
  if (packed) write.packed(pbf, list);
  else for (const value of list) write.single(pbf, value);
}

const WRITERS: Readonly<Record<number, { packed(pbf: Pbf, list: number[]): void; single(pbf: Pbf, value: number): void }>> = {
  5: { packed: (pbf, list) => pbf.writePackedFloat(5, list), single: (pbf, value) => pbf.writeFloatField(5, value) },
  6: { packed: (pbf, list) => pbf.writePackedDouble(6, list), single: (pbf, value) => pbf.writeDoubleField(6, value) },
};

/** What the hparams plugin keeps as a session begins: `HParamsPluginData { session_start_info { hparams { … } } }`. */
export function sessionStart(settings: Readonly<Record<string, number | boolean | string>>): Uint8Array {
  const pbf = new Pbf();
  pbf.writeMessage(3, (entries: readonly [string, number | boolean | string][], start: Pbf) => {
    for (const entry of entries) start.writeMessage(1, writeSetting, entry);
  }, Object.entries(settings));
  return pbf.finish();
}

function writeSetting([name, value]: readonly [string, number | boolean | string], pbf: Pbf): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (_: null, inner: Pbf) => {
    if (typeof value === 'number') inner.writeDoubleField(2, value);
    else if (typeof value === 'string') inner.writeStringField(3, value);
    else inner.writeBooleanField(4, value);
  }, null);
}

export const concatenated = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.concat(parts));

/** A file with its version record first. */
export const eventFile = (events: readonly WrittenEvent[]): Uint8Array<ArrayBuffer> =>
  concatenated([{ version: 'brain.Event:2' }, ...events].map((event) => frame(encode(event))));

/** One event a scalar, as PyTorch's `SummaryWriter` writes. */
export const scalars = (tag: string, points: readonly (readonly [step: number, value: number])[]): WrittenEvent[] =>
  points.map(([step, value]) => ({ step, wallTime: 1_700_000_000 + step, values: [{ tag, simple: value }] }));
