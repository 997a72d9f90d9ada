import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packColumns } from '../../../../src/core/protocol/pack';

const buffersOf = (value: unknown): Set<ArrayBufferLike> => {
  if (value instanceof Float64Array) return new Set([value.buffer]);
  return typeof value === 'object' && value !== null ? new Set(Object.values(value).flatMap((inner) => [...buffersOf(inner)])) : new Set();
};

const message = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.float64Array({ maxLength: 5 }), fc.integer(), fc.string(), fc.constant(null), fc.boolean(),
    fc.array(tie('node'), { maxLength: 4 }), fc.dictionary(fc.string(), tie('node'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).node;

describe('packColumns', () => {
  it('says the same in at most one buffer', () => {
    fc.assert(fc.property(message, (value) => {
      const packed = packColumns(value);
      expect(packed).toEqual(value);
      expect(buffersOf(packed).size).toBeLessThanOrEqual(1);
    }));
  });

  it('holds the 618 columns of a real study, far beyond what one byte counts', () => {
    const study = { runs: Array.from({ length: 6 }, (_, run) => Array.from({ length: 103 }, (_x, i) => Float64Array.of(run, i, Number.NaN))) };
    const packed = packColumns(study);
    expect(packed).toEqual(study);
    expect(buffersOf(packed).size).toBe(1);
  });

  it('keeps a column that occurs twice once', () => {
    const column = Float64Array.of(1, 2);
    expect(packColumns([column, column])[1]?.buffer.byteLength).toBe(16);
  });
});
