/** Writes `.wandb` files as W&B's clients do: records of protobuf in LevelDB's frames. */
import Pbf from 'pbf';
import { crc32 } from '../../../../src/importers/framing/crc';
import { BLOCK } from '../../../../src/importers/wandb/blocks';
import { concatenated } from './eventWriter';

export type WrittenRecord =
  | { readonly history: Readonly<Record<string, unknown>>; readonly step?: number; /** Clients up to 2023 write `key`. */ readonly old?: boolean }
  | { readonly summary: Readonly<Record<string, unknown>> }
  | { readonly config: Readonly<Record<string, unknown>> }
  | { readonly run: { readonly id: string; readonly project?: string; readonly name?: string; readonly startedAt?: number; readonly config?: Readonly<Record<string, unknown>> } }
  | { readonly metric: { readonly glob: string; readonly step: string } }
  | { readonly exit: number };

export function encodeRecord(record: WrittenRecord): Uint8Array {
  const pbf = new Pbf();
  if ('history' in record) {
    pbf.writeMessage(2, (row: Readonly<Record<string, unknown>>, inner: Pbf) => {
      writeItems(row, inner, record.old === true);
      if (record.step !== undefined) inner.writeMessage(2, (step: number, message: Pbf) => message.writeVarintField(1, step), record.step);
    }, record.history);
  } else if ('summary' in record) pbf.writeMessage(3, writeItems, record.summary);
  else if ('config' in record) pbf.writeMessage(5, writeItems, record.config);
  else if ('metric' in record) pbf.writeMessage(12, ({ glob, step }: { glob: string; step: string }, inner: Pbf) => { inner.writeStringField(2, glob); inner.writeStringField(4, step); }, record.metric);
  else if ('exit' in record) pbf.writeMessage(18, (code: number, inner: Pbf) => inner.writeVarintField(1, code), record.exit);
  else pbf.writeMessage(17, writeRun, record.run);
  return pbf.finish();
}

function writeItems(row: Readonly<Record<string, unknown>>, pbf: Pbf, old = false): void {
  for (const [key, value] of Object.entries(row)) {
    pbf.writeMessage(1, (json: string, item: Pbf) => {
      item.writeStringField(old ? 1 : 2, key);
      item.writeStringField(16, json);
    }, pythonJson(value));
  }
}

const pythonJson = (value: unknown): string => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : JSON.stringify(value));

function writeRun({ id, project, name, startedAt, config }: Extract<WrittenRecord, { run: unknown }>['run'], pbf: Pbf): void {
  pbf.writeStringField(1, id);
  pbf.writeStringField(2, 'somebody');
  if (project !== undefined) pbf.writeStringField(3, project);
  if (config !== undefined) pbf.writeMessage(4, writeItems, config);
  if (name !== undefined) pbf.writeStringField(8, name);
  if (startedAt !== undefined) pbf.writeMessage(17, (seconds: number, inner: Pbf) => inner.writeVarintField(1, seconds), startedAt);
}

/** Frames of LevelDB's log around the records, after the file's own header. */
export function wandbFile(records: readonly WrittenRecord[]): Uint8Array<ArrayBuffer> {
  return framed(records.map(encodeRecord));
}

export function framed(records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [Uint8Array.of(0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0x00)];
  let at = 7;
  const put = (bytes: Uint8Array): void => {
    parts.push(bytes);
    at += bytes.length;
  };
  for (const record of records) {
    let begun = false;
    let from = 0;
    do {
      const left = BLOCK - (at % BLOCK);
      if (left < 7) {
        put(new Uint8Array(left));
        continue;
      }
      const count = Math.min(left - 7, record.length - from);
      const isLast = from + count === record.length;
      put(piece(begun ? (isLast ? 4 : 3) : isLast ? 1 : 2, record.subarray(from, from + count)));
      begun = true;
      from += count;
      if (isLast) break;
    } while (from <= record.length);
  }
  return concatenated(parts);
}

function piece(type: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(7 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(4, data.length, true);
  view.setUint8(6, type);
  bytes.set(data, 7);
  view.setUint32(0, crc32(bytes, 6, bytes.length), true);
  return bytes;
}
