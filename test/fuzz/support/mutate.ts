/** Seeded damage to bytes: the same inputs every time. FUZZ_SEED tries others. */
import { RandomStream } from '../../../src/core/random';

export type Random = () => number;

/** Uniform in [0, 1). */
export function randomOf(seed: number): Random {
  const stream = RandomStream.of(seed, 'fuzz');
  return () => stream.uniform();
}

export const SEED = Number(process.env['FUZZ_SEED'] ?? 20240514);
/** Of each format. */
export const INPUTS = Number(process.env['FUZZ_INPUTS'] ?? 100_000);

/** Values at which lengths, varints and floats change their behaviour. */
const EDGES = [0x00, 0x01, 0x7f, 0x80, 0xff, 0xfe, 0x40, 0x0a, 0x22, 0x7b, 0x5b];

const below = (random: Random, end: number): number => Math.floor(random() * end);

/** A copy with one to eight changes: bytes flipped, set, removed, repeated, moved, cut off or put in. */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let out: Uint8Array<ArrayBuffer> = Uint8Array.from(bytes);
  for (let change = below(random, 8); change >= 0; change -= 1) out = mutateOnce(out, random);
  return out;
}

function mutateOnce(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const at = below(random, bytes.length + 1);
  const span = 1 + below(random, 12);
  switch (below(random, 7)) {
    case 0:
      if (at < bytes.length) bytes[at]! ^= 1 << below(random, 8);
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = EDGES[below(random, EDGES.length)]!;
      return bytes;
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(at + span));
    case 3:
      return joined(bytes.subarray(0, at), bytes.subarray(Math.max(0, at - span)));
    case 4:
      return bytes.slice(0, at);
    case 5:
      return joined(bytes.subarray(0, at), Uint8Array.from({ length: span }, () => below(random, 256)), bytes.subarray(at));
    default:
      bytes.copyWithin(at, below(random, bytes.length + 1), bytes.length);
      return bytes;
  }
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.concat(parts));
