/**
 * The frames of an event file (TFRecord): u64le length · u32le masked CRC-32C of the length · data · u32le masked CRC-32C of the data.
 * There is no index and no footer, so a half-written last record is what a running trainer leaves.
 * Source: tensorflow/core/lib/io/record_writer.h.
 */
import { crc32c, masked } from '../framing/crc';

/** Bytes before a record's data. */
export const HEADER = 12;
const FOOTER = 4;

/**
 * Why nothing after `consumed` is read. `length`: the length field is wrong, so where the next record begins is lost. `data`: the
 * length holds and the data does not; TensorBoard stops here as well, and on a network disk the bytes may still be on their way,
 * so the reader comes back to this record when the file has grown.
 */
export type Damage = 'data' | 'length';

export interface Scan {
  /** Bytes of whole and right records. */
  readonly consumed: number;
  /** Bytes that the next record takes, where its header is there and right. */
  readonly need?: number;
  readonly damage?: Damage;
}

/** Called with the data of each record whose checksums hold: bytes[start..end). */
type OnRecord = (start: number, end: number) => void;

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;

/** Reads the whole records of bytes[0..end). Takes a length only after its own checksum held. Never throws of itself. */
export function scanRecords(bytes: Uint8Array, end: number, onRecord: OnRecord): Scan {
  let at = 0;
  while (end - at >= HEADER) {
    if (word(bytes, at + 8) !== masked(crc32c(bytes, at, at + 8))) return { consumed: at, damage: 'length' };
    const length = word(bytes, at) + word(bytes, at + 4) * 2 ** 32;
    const need = HEADER + length + FOOTER;
    if (need > end - at) return { consumed: at, need };
    const start = at + HEADER;
    const stop = start + length;
    if (word(bytes, stop) !== masked(crc32c(bytes, start, stop))) return { consumed: at, need, damage: 'data' };
    onRecord(start, stop);
    at += need;
  }
  return { consumed: at };
}
