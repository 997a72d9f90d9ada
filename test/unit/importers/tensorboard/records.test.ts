/** Frames and events: what is written comes back, whatever the damage. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, crc32c, masked } from '../../../../src/importers/framing/crc';
import { EventFile } from '../../../../src/importers/tensorboard/raw';
import { brainFloat, halfFloat } from '../../../../src/importers/tensorboard/tensor';
import { claim, concatenated, encode, eventFile, frame, scalars, type WrittenEvent, type WrittenValue } from '../support/eventWriter';

function read(bytes: Uint8Array<ArrayBuffer>): { file: EventFile; consumed: number; damage?: string; need?: number } {
  const file = new EventFile();
  return { file, ...file.take(bytes, bytes.length, 0) };
}
const pointsOf = (file: EventFile, tag: string): [number, number][] => [...(file.series.get(tag)?.points ?? [])].map(({ step, value }) => [step, value]);

describe('checksums', () => {
  // The check values of the catalogue of parametrised CRC algorithms (Cook), and RFC 3720, B.4.
  it.each([
    ['CRC-32C of "123456789"', crc32c, Buffer.from('123456789'), 0xe3069283],
    ['CRC-32 of "123456789"', crc32, Buffer.from('123456789'), 0xcbf43926],
    ['CRC-32C of 32 zeros', crc32c, Buffer.alloc(32), 0x8a9136aa],
    ['CRC-32C of 32 times 0xff', crc32c, Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['CRC-32C of 0 to 31', crc32c, Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
    ['CRC-32C of nothing', crc32c, Buffer.alloc(0), 0],
  ])('%s', (_, checksum, bytes, expected) => {
    expect(checksum(bytes, 0, bytes.length)).toBe(expected);
  });

  it('masks as TensorFlow does', () => expect(masked(0xe3069283)).toBe((((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8) >>> 0));
});

describe('values of every type', () => {
  const tensor = (of: NonNullable<WrittenValue['tensor']>): number | undefined => {
    const { file } = read(eventFile([{ step: 3, values: [{ tag: 't', tensor: of }] }]));
    return pointsOf(file, 't')[0]?.[1];
  };
  it.each<[string, NonNullable<WrittenValue['tensor']>, number | undefined]>([
    ['float_val, packed', { type: 1, values: [1.5] }, 1.5],
    ['float_val, not packed', { type: 1, values: [1.5], packed: false }, 1.5],
    ['double_val', { type: 2, field: 6, values: [0.1] }, 0.1],
    ['int_val', { type: 3, field: 7, values: [-7] }, -7],
    ['int_val, not packed', { type: 3, field: 7, values: [7], packed: false }, 7],
    ['int64_val', { type: 9, field: 10, values: [2 ** 40] }, 2 ** 40],
    ['bool_val', { type: 10, field: 11, values: [1] }, 1],
    ['half_val', { type: 19, field: 13, values: [0x3c00] }, 1],
    ['bfloat16', { type: 14, field: 13, values: [0x3fc0] }, 1.5],
    ['uint32_val', { type: 22, field: 16, values: [4_000_000_000] }, 4_000_000_000],
    ['float content', { type: 1, content: new Uint8Array(Float32Array.of(2.5).buffer) }, 2.5],
    ['double content', { type: 2, content: new Uint8Array(Float64Array.of(2.25).buffer) }, 2.25],
    ['half content', { type: 19, content: Uint8Array.of(0x00, 0xc0) }, -2],
    ['bfloat16 content', { type: 14, content: Uint8Array.of(0x80, 0x3f) }, 1],
    ['int64 content', { type: 9, content: new Uint8Array(BigInt64Array.of(-5n).buffer) }, -5],
    ['a shape of one element', { type: 1, values: [4], shape: [1, 1] }, 4],
    ['a shape of two elements', { type: 1, values: [4, 5], shape: [2] }, undefined],
    ['content of the wrong width', { type: 2, content: new Uint8Array(4) }, undefined],
    ['a type without numbers', { type: 8, values: [1] }, 1],
    ['no value', { type: 1 }, undefined],
  ])('%s', (_, of, expected) => expect(tensor(of)).toBe(expected));

  it('reads half floats at their edges', () => {
    expect([0x0001, 0x03ff, 0x7bff, 0x7c00, 0xfc00, 0x8000].map(halfFloat)).toEqual([2 ** -24, 1023 * 2 ** -24, 65504, Infinity, -Infinity, -0]);
    expect(halfFloat(0x7e00)).toBeNaN();
    expect([0x7f80, 0x3f80].map(brainFloat)).toEqual([Infinity, 1]);
  });

  it('keeps NaN and infinities, and steps beyond 32 bits', () => {
    const { file } = read(eventFile(scalars('x', [[2 ** 40, NaN], [2 ** 40 + 1, -Infinity]])));
    expect(pointsOf(file, 'x')).toEqual([[2 ** 40, NaN], [2 ** 40 + 1, -Infinity]]);
  });

  it('knows what is no number', () => {
    const { file } = read(eventFile([{ values: [{ tag: 'h' }, { tag: 'args/text_summary', tensor: { type: 7, text: '{"beta": 0.1}' }, plugin: { name: 'text' } }] }, { graph: new Uint8Array(100) }]));
    expect(file.series.get('h')).toMatchObject({ count: 1 });
    expect(file.series.get('args/text_summary')).toMatchObject({ text: '{"beta": 0.1}', plugin: 'text', count: 1 });
    expect(Object.fromEntries(file.kinds)).toEqual({ file_version: 1, summary: 1, graph_def: 1 });
  });
});

const aPoint = fc.record({ tag: fc.constantFrom('train/loss', 'eval/rewards/accuracies', 'π'), step: fc.nat(1e6), value: fc.float({ noNaN: true }) });
const events = (points: readonly { tag: string; step: number; value: number }[]): WrittenEvent[] => points.map(({ tag, step, value }) => ({ step, values: [{ tag, simple: value }] }));

/** How many frames end at or before a byte, and where the last of them ends. */
function framesBefore(frames: readonly Uint8Array[], at: number): { whole: number; end: number } {
  let [whole, end] = [0, 0];
  for (const { length } of frames) {
    if (end + length > at) break;
    end += length;
    whole += 1;
  }
  return { whole, end };
}

describe('any event file', () => {
  it('comes back as it was written, whatever the size of the chunks', () => {
    fc.assert(fc.property(fc.array(aPoint, { maxLength: 30 }), fc.integer({ min: 1, max: 90 }), (points, size) => {
      const bytes = eventFile(events(points));
      const file = new EventFile();
      let kept = new Uint8Array();
      let offset = 0;
      for (let at = 0; at < bytes.length; at += size) {
        kept = concatenated([kept, bytes.subarray(at, at + size)]);
        const { consumed } = file.take(kept, kept.length, offset);
        kept = kept.slice(consumed);
        offset += consumed;
      }
      expect(kept.length).toBe(0);
      expect(file.records).toBe(points.length + 1);
      for (const tag of new Set(points.map((point) => point.tag))) {
        expect(pointsOf(file, tag)).toEqual(points.filter((point) => point.tag === tag).map(({ step, value }) => [step, value]));
      }
    }));
  });

  it('cut at every byte: never throws, and loses no record before the cut', () => {
    const frames = [{ version: 'brain.Event:2' }, ...scalars('loss', [[1, 1], [2, 0.5], [3, 0.25]]), { graph: new Uint8Array(40) }].map((event) => frame(encode(event)));
    const bytes = concatenated(frames);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const { whole, end } = framesBefore(frames, cut);
      const { file, consumed, damage } = read(bytes.slice(0, cut));
      expect([file.records, consumed, damage]).toEqual([whole, end, undefined]);
    }
  });

  it('with any one byte changed: never throws, keeps all records before it, and never reads a wrong one', () => {
    const written = scalars('loss', [[1, 1], [2, 0.5], [3, 0.25]]);
    const frames = [{ version: 'brain.Event:2' }, ...written].map((event) => frame(encode(event)));
    const bytes = concatenated(frames);
    fc.assert(fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = bytes.slice();
      damaged[at]! ^= flip;
      const { whole, end } = framesBefore(frames, at);
      const { file, consumed, damage } = read(damaged);
      expect([file.records, consumed]).toEqual([whole, end]);
      expect(damage).toBeDefined();
      expect(pointsOf(file, 'loss')).toEqual([[1, 1], [2, 0.5], [3, 0.25]].slice(0, Math.max(0, whole - 1)));
    }));
  });

  it.each([2 ** 31, 2 ** 40, 2 ** 53])('takes no memory for a record that claims %i bytes', (length) => {
    const before = process.memoryUsage().arrayBuffers;
    const { file, consumed, need } = read(concatenated([eventFile(scalars('loss', [[1, 1]])), claim(length), new Uint8Array(50)]));
    expect([file.records, need]).toEqual([2, length + 16]);
    expect(consumed).toBe(eventFile(scalars('loss', [[1, 1]])).length);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });

  it('passes over a record that is no event, and says where', () => {
    const first = eventFile(scalars('loss', [[1, 1]]));
    const { file } = read(concatenated([first, frame(Uint8Array.of(0x2a, 0x7f, 0x01)), frame(encode(scalars('loss', [[2, 2]])[0]!))]));
    expect(pointsOf(file, 'loss')).toEqual([[1, 1], [2, 2]]);
    expect(file.bad).toEqual([{ offset: first.length, message: 'a field is longer than its message' }]);
  });

  it('stops counting tags at ten thousand', () => {
    const { file } = read(eventFile(Array.from({ length: 10_050 }, (_, i) => ({ step: i, values: [{ tag: `tag-${i}`, simple: i }] }))));
    expect(file.series.size).toBe(10_000);
    expect(file.badCount).toBe(50);
  });

  it('thins a series evenly when it is longer than memory should be, and keeps memory bounded', () => {
    const { file } = read(eventFile(scalars('loss', Array.from({ length: 40_000 }, (_, i) => [i, i]))));
    const points = pointsOf(file, 'loss');
    expect(points.length).toBeLessThanOrEqual(16_384);
    expect(points.every(([step], i) => step === i * 4)).toBe(true);
    expect(file.series.get('loss')).toMatchObject({ count: 40_000 });
  });
});
