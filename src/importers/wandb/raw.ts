/**
 * The records of a `.wandb` file that say something of the run's numbers and settings. Who ran it, on which machine, from which
 * repository, and what it printed are not read. Source: wandb/proto/wandb_internal.proto.
 */
import Pbf from 'pbf';
import { BYTES, endOfField, readFields, readNumber, VARINT } from '../framing/message';
import { parseValue } from './json';

const RECORD_KINDS = {
  2: 'history', 3: 'summary', 4: 'output', 5: 'config', 6: 'files', 7: 'stats', 8: 'artifact', 9: 'tbrecord', 10: 'alert', 11: 'telemetry',
  12: 'metric', 13: 'output_raw', 17: 'run', 18: 'exit', 20: 'final', 21: 'header', 22: 'footer', 23: 'preempting', 25: 'use_artifact', 26: 'environment',
} as const;
type RecordKind = (typeof RECORD_KINDS)[keyof typeof RECORD_KINDS];

export interface Item {
  /** `a.b` for nested keys; a slash is part of a key's name. */
  readonly key: string;
  readonly value: unknown;
}

export type WandbRecord =
  | { readonly kind: 'history'; readonly items: readonly Item[]; readonly step?: number }
  | { readonly kind: 'summary'; readonly items: readonly Item[] }
  | { readonly kind: 'config'; readonly items: readonly Item[] }
  | { readonly kind: 'run'; readonly runId: string; readonly project: string; readonly name: string; readonly group: string; readonly config: readonly Item[]; readonly startedAt?: number; readonly startingStep?: number }
  | { readonly kind: 'metric'; readonly name: string; readonly glob: string; readonly stepMetric: string }
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'tbrecord'; readonly folder: string }
  | { readonly kind: 'other'; readonly of: RecordKind | 'unknown' };

const LONGEST_TEXT = 64 * 1024;
const utf8 = new TextDecoder('utf-8');

/** @throws MalformedMessage, RangeError or a plain error of the library where that is no record */
export function readRecord(data: Uint8Array<ArrayBuffer>): WandbRecord {
  const pbf = new Pbf(data);
  let record: WandbRecord = { kind: 'other', of: 'unknown' };
  readFields(pbf, pbf.length, (field, type) => {
    if (type !== BYTES || !(field in RECORD_KINDS)) return false;
    const end = endOfField(pbf, pbf.length);
    record = readKind(pbf, end, RECORD_KINDS[field as keyof typeof RECORD_KINDS]);
    pbf.pos = end;
    return true;
  });
  return record;
}

function readKind(pbf: Pbf, end: number, kind: RecordKind): WandbRecord {
  switch (kind) {
    case 'history':
      return readHistory(pbf, end);
    case 'summary':
    case 'config':
      return { kind, items: readItems(pbf, end) };
    case 'run':
      return readRun(pbf, end);
    case 'metric': {
      const { 1: name = '', 2: glob = '', 4: stepMetric = '' } = readTexts(pbf, end);
      return { kind, name, glob, stepMetric };
    }
    case 'exit':
      return { kind, code: readNumber(pbf, end) };
    case 'tbrecord':
      return { kind, folder: readTexts(pbf, end)[1] ?? '' };
    case 'output': case 'files': case 'stats': case 'artifact': case 'alert': case 'telemetry': case 'output_raw': case 'final':
    case 'header': case 'footer': case 'preempting': case 'use_artifact': case 'environment':
      return { kind: 'other', of: kind };
  }
}

/** Repeated items are field 1 of history, summary (`update`) and config (`update`) alike. */
function readItems(pbf: Pbf, end: number): Item[] {
  const items: Item[] = [];
  readFields(pbf, end, (field, type) => {
    if (field !== 1 || type !== BYTES) return false;
    addItem(items, pbf, endOfField(pbf, end));
    return true;
  });
  return items;
}

function readHistory(pbf: Pbf, end: number): WandbRecord {
  const items: Item[] = [];
  let step: number | undefined;
  readFields(pbf, end, (field, type) => {
    if (type !== BYTES || (field !== 1 && field !== 2)) return false;
    const stop = endOfField(pbf, end);
    if (field === 1) addItem(items, pbf, stop);
    else step = readNumber(pbf, stop);
    return true;
  });
  return { kind: 'history', items, ...(step === undefined ? {} : { step }) };
}

/** Up to 2023 `key`, since 0.18 the elements of `nested_key`. */
function addItem(items: Item[], pbf: Pbf, end: number): void {
  let key = '';
  const nested: string[] = [];
  let json: Uint8Array | undefined;
  readFields(pbf, end, (field, type) => {
    if (type !== BYTES) return false;
    const stop = endOfField(pbf, end);
    const bytes = pbf.buf.subarray(pbf.pos, stop);
    if (field === 1) key = textOf(bytes);
    else if (field === 2) nested.push(textOf(bytes));
    else if (field === 16) json = bytes;
    pbf.pos = stop;
    return true;
  });
  const name = nested.length > 0 ? nested.join('.') : key;
  if (name === '' || json === undefined) return;
  // Media and tables are longer; their numbers are no points of a curve.
  const value = json.length > LONGEST_TEXT ? undefined : parseValue(utf8.decode(json));
  if (value !== undefined) items.push({ key: name, value });
}

/** Entity, host, repository and notes stay unread. */
function readRun(pbf: Pbf, end: number): WandbRecord {
  const texts: Record<number, string> = {};
  let config: Item[] = [];
  let startedAt: number | undefined;
  let startingStep: number | undefined;
  readFields(pbf, end, (field, type) => {
    if (field === 14 && type === VARINT) {
      startingStep = pbf.readVarint(true);
      return true;
    }
    if (type !== BYTES) return false;
    const stop = endOfField(pbf, end);
    if (field === 4) config = readItems(pbf, stop);
    else if (field === 17) startedAt = readNumber(pbf, stop); // a `google.protobuf.Timestamp`, without its fraction
    else if (field === 1 || field === 3 || field === 6 || field === 8) texts[field] = textOf(pbf.buf.subarray(pbf.pos, stop));
    pbf.pos = stop;
    return true;
  });
  return {
    kind: 'run', runId: texts[1] ?? '', project: texts[3] ?? '', name: texts[8] ?? '', group: texts[6] ?? '', config,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(startingStep === undefined ? {} : { startingStep }),
  };
}

function readTexts(pbf: Pbf, end: number): Record<number, string> {
  const texts: Record<number, string> = {};
  readFields(pbf, end, (field, type) => {
    if (type !== BYTES) return false;
    const stop = endOfField(pbf, end);
    texts[field] = textOf(pbf.buf.subarray(pbf.pos, stop));
    pbf.pos = stop;
    return true;
  });
  return texts;
}

const textOf = (bytes: Uint8Array): string => utf8.decode(bytes.subarray(0, LONGEST_TEXT));
