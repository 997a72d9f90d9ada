/** Tags, decoded once: a file repeats a few dozen of them in every record. */
import { MalformedMessage } from '../framing/message';

const LONGEST_TAG = 256;
const MOST_TAGS = 10_000;

const utf8 = new TextDecoder('utf-8');

export class TagNames {
  private readonly slots = new Map<number, { readonly bytes: Uint8Array; readonly name: string }>();

  /** The tag written in bytes[start..end), cut at 256 bytes. @throws MalformedMessage for a tag beyond the ten thousandth */
  nameOf(bytes: Uint8Array, start: number, end: number): string {
    const stop = Math.min(end, start + LONGEST_TAG);
    let hash = 0x811c9dc5; // FNV-1a
    for (let at = start; at < stop; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    const slot = this.slots.get(hash);
    if (slot !== undefined && sameBytes(slot.bytes, bytes, start, stop)) return slot.name;
    const name = utf8.decode(bytes.subarray(start, stop));
    if (slot !== undefined) return name; // two tags of one hash: the second is decoded every time
    if (this.slots.size >= MOST_TAGS) throw new MalformedMessage(`more than ${MOST_TAGS} tags`);
    this.slots.set(hash, { bytes: bytes.slice(start, stop), name });
    return name;
  }
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let at = 0; at < known.length; at += 1) if (known[at] !== bytes[start + at]) return false;
  return true;
}
