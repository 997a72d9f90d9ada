/**
 * One `Event` of an event file: what it is, when, at which step, and the numbers in it.
 * Source: tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto, tensorboard/plugins/hparams/plugin_data.proto.
 */
import type Pbf from 'pbf';
import { BYTES, endOfField, FIXED64, FIXED32, MalformedMessage, readFields, readNumber, readText, skipField, VARINT } from '../framing/message';
import type { TagNames } from './names';
import { readTensor } from './tensor';

const KIND_OF_FIELD = [
  undefined, undefined, undefined, 'file_version', 'graph_def', 'summary', 'log_message', 'session_log', 'tagged_run_metadata', 'meta_graph_def',
] as const;
export type EventKind = Exclude<(typeof KIND_OF_FIELD)[number], undefined>;

/** A `SessionLog` of this status says that the writer went back to this step (a restart). */
const SESSION_START = 1;

/** What an event holds is handed on field by field: a file has millions of them. */
export interface EventSink {
  event(kind: EventKind): void;
  scalar(tag: string, step: number, wallTime: number, value: number, form: 'simple_value' | 'tensor'): void;
  text(tag: string, step: number, value: string): void;
  /** A histogram, image, sound or tensor of several elements: only that it is there. */
  other(tag: string, step: number): void;
  /** The plugin that a tag belongs to, and what it wrote of itself. */
  plugin(tag: string, name: string, content: Uint8Array): void;
  sessionStart(step: number): void;
}

/** Reads pbf.buf[start..end). @throws MalformedMessage, RangeError where that is no event */
export function readEvent(pbf: Pbf, start: number, end: number, names: TagNames, sink: EventSink): void {
  pbf.pos = start;
  let wallTime = 0;
  let step = 0;
  let kind: EventKind | undefined;
  let body = 0;
  let bodyEnd = 0;
  while (pbf.pos < end) {
    const key = pbf.readVarint();
    const field = key >>> 3;
    const type = key & 7;
    if (field === 1 && type === FIXED64) {
      if (pbf.pos + 8 > end) throw new MalformedMessage('the wall time is cut off');
      wallTime = pbf.readDouble();
    } else if (field === 2 && type === VARINT) step = pbf.readVarint(true);
    else if (field <= 9 && type === BYTES) {
      kind = KIND_OF_FIELD[field] ?? kind;
      bodyEnd = endOfField(pbf, end);
      body = pbf.pos;
      pbf.pos = bodyEnd;
    } else skipField(pbf, type, end);
  }
  if (pbf.pos !== end) throw new MalformedMessage('a field runs past the end of its event');
  if (kind === undefined) return;
  sink.event(kind);
  pbf.pos = body;
  // The body comes before or after its step, as the writer likes; so it is read last.
  if (kind === 'summary') readSummary(pbf, bodyEnd, { step, wallTime, names, sink });
  else if (kind === 'session_log' && readNumber(pbf, bodyEnd) === SESSION_START) sink.sessionStart(step);
}

interface Place {
  readonly step: number;
  readonly wallTime: number;
  readonly names: TagNames;
  readonly sink: EventSink;
}

function readSummary(pbf: Pbf, end: number, place: Place): void {
  while (pbf.pos < end) {
    const key = pbf.readVarint();
    if (key >>> 3 === 1 && (key & 7) === BYTES) readValue(pbf, endOfField(pbf, end), place);
    else skipField(pbf, key & 7, end);
  }
  if (pbf.pos !== end) throw new MalformedMessage('a field runs past the end of its summary');
}

function readValue(pbf: Pbf, end: number, { step, wallTime, names, sink }: Place): void {
  let tag = '';
  let simple: number | undefined;
  let tensor = 0;
  let tensorEnd = 0;
  let metadata = 0;
  let metadataEnd = 0;
  while (pbf.pos < end) {
    const key = pbf.readVarint();
    const field = key >>> 3;
    const type = key & 7;
    if (field === 2 && type === FIXED32) {
      if (pbf.pos + 4 > end) throw new MalformedMessage('a value is cut off');
      simple = pbf.readFloat();
    } else if (type === BYTES) {
      const stop = endOfField(pbf, end);
      if (field === 1) tag = names.nameOf(pbf.buf, pbf.pos, stop);
      else if (field === 8) [tensor, tensorEnd] = [pbf.pos, stop];
      else if (field === 9) [metadata, metadataEnd] = [pbf.pos, stop];
      pbf.pos = stop;
    } else skipField(pbf, type, end);
  }
  if (pbf.pos !== end) throw new MalformedMessage('a field runs past the end of its value');
  if (metadataEnd > 0) readPlugin(pbf, metadata, metadataEnd, tag, sink);
  if (simple !== undefined) sink.scalar(tag, step, wallTime, simple, 'simple_value');
  else if (tensorEnd > 0) {
    pbf.pos = tensor;
    const value = readTensor(pbf, tensorEnd);
    if (value.kind === 'number') sink.scalar(tag, step, wallTime, value.value, 'tensor');
    else if (value.kind === 'text') sink.text(tag, step, value.value);
    else sink.other(tag, step);
  } else sink.other(tag, step);
  pbf.pos = end;
}

const LONGEST_NAME = 256;

function readPlugin(pbf: Pbf, start: number, end: number, tag: string, sink: EventSink): void {
  pbf.pos = start;
  readFields(pbf, end, (field, type) => {
    if (field !== 1 || type !== BYTES) return false;
    const stop = endOfField(pbf, end);
    let name = '';
    let content = new Uint8Array();
    readFields(pbf, stop, (inner, innerType) => {
      if (innerType !== BYTES) return false;
      if (inner === 1) name = readText(pbf, stop, LONGEST_NAME);
      else if (inner === 2) {
        const contentEnd = endOfField(pbf, stop);
        content = pbf.buf.slice(pbf.pos, contentEnd);
        pbf.pos = contentEnd;
      }
      return inner === 1 || inner === 2;
    });
    sink.plugin(tag, name, content);
    return true;
  });
}
