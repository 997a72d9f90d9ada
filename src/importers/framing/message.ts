/**
 * Reading protobuf messages of files that may be damaged: every length is compared with what is there before it is believed.
 * The library reads on past the end of a message into its neighbour; these guards do not let it.
 */
import type Pbf from 'pbf';

/** The bytes are no message of the expected kind; the record is passed over and told. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/** The end of the length-delimited field at the cursor. @throws MalformedMessage where it would end after `end` */
export function endOfField(pbf: Pbf, end: number): number {
  const length = pbf.readVarint();
  const fieldEnd = pbf.pos + length;
  if (fieldEnd > end || length < 0) throw new MalformedMessage('a field is longer than its message');
  return fieldEnd;
}

/** Passes over the field whose wire type is `type`. */
export function skipField(pbf: Pbf, type: number, end: number): void {
  if (type === BYTES) pbf.pos = endOfField(pbf, end);
  else if (type === VARINT) pbf.readVarint();
  else if (type === FIXED64) pbf.pos += 8;
  else if (type === FIXED32) pbf.pos += 4;
  else throw new MalformedMessage(`wire type ${type} is not in use`);
}

/**
 * Calls `read` for each field up to `end`; it returns false for a field it left alone.
 * @throws MalformedMessage where the message does not end at `end`
 */
export function readFields(pbf: Pbf, end: number, read: (field: number, type: number) => boolean): void {
  while (pbf.pos < end) {
    const key = pbf.readVarint();
    const type = key & 7;
    const at = pbf.pos;
    if (!read(key >>> 3, type)) {
      pbf.pos = at;
      skipField(pbf, type, end);
    }
  }
  if (pbf.pos !== end) throw new MalformedMessage('a field runs past the end of its message');
}

/** The whole number in field 1 of a small message that ends at `end`; 0 where it is left out, as proto3 leaves a zero out. */
export function readNumber(pbf: Pbf, end: number): number {
  let number = 0;
  readFields(pbf, end, (field, type) => {
    if (field !== 1 || type !== VARINT) return false;
    number = pbf.readVarint(true);
    return true;
  });
  return number;
}

const utf8 = new TextDecoder('utf-8');

/** The text field at the cursor, cut at `longest` bytes: names from a file end up in tables and menus. */
export function readText(pbf: Pbf, end: number, longest: number): string {
  const fieldEnd = endOfField(pbf, end);
  const text = utf8.decode(pbf.buf.subarray(pbf.pos, Math.min(fieldEnd, pbf.pos + longest)));
  pbf.pos = fieldEnd;
  return text;
}
