import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../../src/training/policy/safetensors';

test('what is written is read again, bit for bit', () => {
  const tensors = fc.dictionary(fc.string({ minLength: 1, maxLength: 12 }).filter((name) => name !== '__metadata__' && name !== '__proto__'), fc.float32Array({ maxLength: 9 }), { maxKeys: 5 });
  const metadata = fc.dictionary(fc.string({ maxLength: 5 }).filter((name) => name !== '__proto__'), fc.string({ maxLength: 8 }), { maxKeys: 3 });
  fc.assert(
    fc.property(tensors, metadata, (values, facts) => {
      const read = decodeSafetensors(encodeSafetensors(values, {}, facts));
      expect(read.tensors).toEqual({ ...values });
      expect(read.metadata).toEqual({ ...facts });
    }),
  );
});

test('shapes are kept, and the values begin on an eight-byte boundary', () => {
  const bytes = encodeSafetensors({ a: Float32Array.from([1, 2, 3, 4, 5, 6]) }, { a: [2, 3] });
  expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
  expect(decodeSafetensors(bytes).shapes).toEqual({ a: [2, 3] });
});

test('a file in the middle of a larger buffer is read', () => {
  const bytes = encodeSafetensors({ a: Float32Array.from([1.5]) });
  const larger = new Uint8Array(bytes.length + 3);
  larger.set(bytes, 3);
  expect(decodeSafetensors(larger.subarray(3)).tensors).toEqual({ a: Float32Array.from([1.5]) });
});

const file = (header: unknown, values = 0): Uint8Array => {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + values);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
};

describe('a malformed file is refused with its cause', () => {
  test.each([
    { name: 'empty', bytes: new Uint8Array(0), cause: '0 bytes are too few for a header' },
    { name: 'torn header', bytes: file({ a: 1 }).subarray(0, 12), cause: 'the header claims 7 bytes, the file has 4' },
    { name: 'no JSON', bytes: file('{ "a": '), cause: 'the header is no JSON' },
    { name: 'a list', bytes: file([1]), cause: 'the header is no JSON object' },
    { name: 'torn values', bytes: file({ a: { dtype: 'F32', shape: [3], data_offsets: [0, 12] } }, 8), cause: 'tensor "a" of 3 values lies at bytes 0 to 12 of 8' },
    { name: 'shape and offsets disagree', bytes: file({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 12] } }, 12), cause: 'tensor "a" of 2 values lies at bytes 0 to 12' },
    { name: 'another type', bytes: file({ a: { dtype: 'BF16', shape: [2], data_offsets: [0, 4] } }, 4), cause: 'only F32' },
    { name: 'negative offset', bytes: file({ a: { dtype: 'F32', shape: [1], data_offsets: [-4, 0] } }, 4), cause: 'tensor "a"' },
  ])('$name', ({ bytes, cause }) => {
    expect(() => decodeSafetensors(bytes)).toThrow(cause);
  });

  test('whatever the bytes are, it is this error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(() => decodeSafetensors(bytes)).toThrow(/Not a readable safetensors file/);
      }),
    );
  });
});

test.each(['toString', 'constructor', 'hasOwnProperty'])('holds a tensor called %s like any other', (name) => {
  const { tensors } = decodeSafetensors(encodeSafetensors(Object.fromEntries([[name, Float32Array.of(1, 2)]])));
  expect(Object.entries(tensors)).toEqual([[name, Float32Array.of(1, 2)]]);
});
