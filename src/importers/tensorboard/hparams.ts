/** What the hparams plugin keeps in its metadata: a session's settings, and how it ended. Source: tensorboard/plugins/hparams/plugin_data.proto. */
import Pbf from 'pbf';
import { endOfField, FIXED64, MalformedMessage, readFields, readText } from '../framing/message';

type Setting = string | number | boolean | null;

export interface Session {
  readonly settings?: Readonly<Record<string, Setting>>;
  /** Seconds since 1970. */
  readonly startedAt?: number;
  readonly status?: 'finished' | 'failed' | 'running';
  readonly endedAt?: number;
}

const LONGEST = 64 * 1024;

/** @throws MalformedMessage, RangeError */
export function readSession(content: Uint8Array): Session {
  const pbf = new Pbf(content);
  let session: Session = {};
  readFields(pbf, pbf.length, (field) => {
    if (field === 3) session = { ...session, ...readStart(pbf, endOfField(pbf, pbf.length)) };
    else if (field === 4) session = { ...session, ...readEnd(pbf, endOfField(pbf, pbf.length)) };
    return field === 3 || field === 4;
  });
  return session;
}

function readStart(pbf: Pbf, end: number): Session {
  // A setting may be called `__proto__`: a map of its own has no such trap.
  const settings = new Map<string, Setting>();
  let startedAt: number | undefined;
  readFields(pbf, end, (field, type) => {
    if (field === 5 && type === FIXED64) startedAt = readDouble(pbf, end);
    else if (field === 1) {
      const [name, value] = readEntry(pbf, endOfField(pbf, end));
      settings.set(name, value);
    } else return false;
    return true;
  });
  return { settings: Object.fromEntries(settings), ...(startedAt === undefined ? {} : { startedAt }) };
}

/** One entry of `map<string, google.protobuf.Value>`. */
function readEntry(pbf: Pbf, end: number): [string, Setting] {
  let name = '';
  let value: Setting = null;
  readFields(pbf, end, (field) => {
    if (field === 1) name = readText(pbf, end, LONGEST);
    else if (field === 2) value = readSetting(pbf, endOfField(pbf, end));
    return field === 1 || field === 2;
  });
  return [name, value];
}

function readSetting(pbf: Pbf, end: number): Setting {
  let value: Setting = null;
  readFields(pbf, end, (field, type) => {
    if (field === 2 && type === FIXED64) value = readDouble(pbf, end);
    else if (field === 3) value = readText(pbf, end, LONGEST);
    else if (field === 4) value = pbf.readBoolean();
    else return false;
    return true;
  });
  return value;
}

function readDouble(pbf: Pbf, end: number): number {
  if (pbf.pos + 8 > end) throw new MalformedMessage('a number is cut off');
  return pbf.readDouble();
}

const STATUS: readonly Session['status'][] = [undefined, 'finished', 'failed', 'running'];

function readEnd(pbf: Pbf, end: number): Session {
  let status: Session['status'];
  let endedAt: number | undefined;
  readFields(pbf, end, (field, type) => {
    if (field === 1) status = STATUS[pbf.readVarint()];
    else if (field === 2 && type === FIXED64) endedAt = readDouble(pbf, end);
    else return false;
    return true;
  });
  return { ...(status === undefined ? {} : { status }), ...(endedAt === undefined ? {} : { endedAt }) };
}
