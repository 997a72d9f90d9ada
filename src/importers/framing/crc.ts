/**
 * Cyclic redundancy checks of 32 bits, eight bytes at a time ("slicing-by-8", Kounavis and Berry 2005): event files are checked at
 * several hundred megabytes a second without a native module.
 */

/** Reflected polynomials: CRC-32 (zlib, `.wandb` files) and CRC-32C (Castagnoli, event files). */
const CRC32 = 0xedb88320;
const CRC32C = 0x82f63b78;

/** The checksum of bytes[start..end), as an unsigned number. */
type Checksum = (bytes: Uint8Array, start: number, end: number) => number;

/** Row 0 is the table of single bytes; row k takes a byte k places further on: 8 × 256 entries. */
function tables(polynomial: number): Int32Array[] {
  const rows = Array.from({ length: 8 }, () => new Int32Array(256));
  const first = rows[0]!;
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    first[byte] = crc;
  }
  for (let row = 1; row < 8; row += 1) {
    const before = rows[row - 1]!;
    for (let byte = 0; byte < 256; byte += 1) rows[row]![byte] = (before[byte]! >>> 8) ^ first[before[byte]! & 0xff]!;
  }
  return rows;
}

function checksum(polynomial: number): Checksum {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables(polynomial) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
  return (bytes, start, end) => {
    let crc = -1;
    let at = start;
    // Indices stay inside: callers pass a range of `bytes`, and each table has an entry for every byte.
    for (const whole = end - 8; at <= whole; at += 8) {
      const low = crc ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
      crc =
        t7[low & 0xff]! ^ t6[(low >>> 8) & 0xff]! ^ t5[(low >>> 16) & 0xff]! ^ t4[low >>> 24]! ^
        t3[bytes[at + 4]!]! ^ t2[bytes[at + 5]!]! ^ t1[bytes[at + 6]!]! ^ t0[bytes[at + 7]!]!;
    }
    for (; at < end; at += 1) crc = (crc >>> 8) ^ t0[(crc ^ bytes[at]!) & 0xff]!;
    return ~crc >>> 0;
  };
}

export const crc32 = checksum(CRC32);
export const crc32c = checksum(CRC32C);

/** TensorFlow's mask, so that a checksum of data that holds checksums is no fixed point: rotr(c, 15) + 0xa282ead8 mod 2³². */
export const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
