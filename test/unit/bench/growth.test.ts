/** The soak's verdict: what grows is named, what only breathes is not. */
import { expect, test } from 'vitest';
import { growth, type Sample } from '../../bench/soak/growth';

const MIB = 2 ** 20;
const samples = (change: (i: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: 20 }, (_, i) => ({ step: 500 * i, tensors: 90, tensorBytes: 4000, heapBytes: 16 * MIB, residentBytes: 120 * MIB, ...change(i) }));

test.each<[string, (i: number) => Partial<Sample>, RegExp[]]>([
  ['flat', () => ({}), []],
  ['resident memory breathes', (i) => ({ residentBytes: (120 + 6 * (i % 3)) * MIB }), []],
  ['the heap grows while the kernels warm up', (i) => ({ heapBytes: (i < 3 ? 8 : 16) * MIB }), []],
  ['one tensor once', (i) => ({ tensors: i > 15 ? 91 : 90 }), [/tensors go from 90 to 91/]],
  ['larger tensors', (i) => ({ tensorBytes: 4000 + 4 * i }), [/tensorBytes go from/]],
  ['a page of heap late', (i) => ({ heapBytes: 16 * MIB + (i > 15 ? 65536 : 0) }), [/wasm heap/]],
  ['a kilobyte a step', (i) => ({ residentBytes: 120 * MIB + i * 500 * 2048 }), [/resident memory/]],
])('%s', (_, change, expected) => {
  const found = growth(samples(change));
  expect(found).toHaveLength(expected.length);
  expected.forEach((pattern, i) => expect(found[i]).toMatch(pattern));
});
