import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRun, encodeRun, readHostToDashboard, seedGroupKey, type EncodedRun } from '../../../../src/core/protocol';
import type { Run } from '../../../../src/core/run/types';
import { anyRun } from './arbitraries';

/** VS Code sends structure as JSON and typed arrays beside it, as they are. */
function throughVsCode<T>(message: T): T {
  const columns: Float64Array[] = [];
  const text = JSON.stringify(message, (_, value: unknown) =>
    value instanceof Float64Array ? { $column: columns.push(structuredClone(value)) - 1 } : value);
  return JSON.parse(text, (_, value: { $column?: number } | null) =>
    value && typeof value === 'object' && value.$column !== undefined ? columns[value.$column] : value) as T;
}

/** What the panel is meant to get of a run. */
const panelPart = ({ config, environment, checkpoints, ...head }: Run, group: string) => {
  void config;
  void environment;
  return { ...head, group, checkpoints: checkpoints.map(({ step, metrics }) => ({ step, metrics })) };
};

describe('encodeRun and decodeRun', () => {
  it('give back every checkpoint, through VS Code and the guard', () => {
    fc.assert(
      fc.property(anyRun, fc.string(), (run, group) => {
        const sent = throughVsCode({ type: 'runChanged', run: encodeRun(run, group), readAt: 1 });
        const read = readHostToDashboard(sent);
        if (!read.ok) throw new Error(read.error);
        if (read.value.type !== 'runChanged') throw new Error(read.value.type);
        expect(decodeRun(read.value.run)).toEqual(panelPart(run, group));
      }),
      { numRuns: 300 },
    );
  });

  it('leave out what would arrive as null', () => {
    const [run] = fc.sample(anyRun, { numRuns: 1, seed: 1 });
    if (!run) throw new Error('no sample');
    const encoded: EncodedRun = encodeRun({ ...run, beta: NaN, klBudget: Infinity });
    expect(encoded.head).not.toHaveProperty('beta');
    expect(encoded.head).not.toHaveProperty('klBudget');
  });

  it('do not send configuration, environment, raw keys or outcomes', () => {
    const [run] = fc.sample(anyRun, { numRuns: 1, seed: 2 });
    if (!run) throw new Error('no sample');
    expect(JSON.stringify(encodeRun(run))).not.toMatch(/nested|noise|environment/);
  });
});

describe('seedGroupKey', () => {
  const [run] = fc.sample(anyRun, { numRuns: 1, seed: 3 });
  if (!run) throw new Error('no sample');
  const key = (config: Record<string, unknown>, experiment = 'study') => seedGroupKey({ ...run, config, experiment });

  it.each([
    ['the seed is another', { beta: 0.1, seed: 1 }, { beta: 0.1, seed: 2 }, true],
    ['keys come in another order', { a: { x: 1, y: 2 }, b: 1, seed: 1 }, { b: 1, a: { y: 2, x: 1 }, seed: 1 }, true],
    ['a value is another', { beta: 0.1, seed: 1 }, { beta: 0.3, seed: 1 }, false],
    ['1 became "1"', { beta: 1, seed: 1 }, { beta: '1', seed: 1 }, false],
    ['an array was reordered', { steps: [0, 1], seed: 1 }, { steps: [1, 0], seed: 1 }, false],
  ])('when %s', (_, a, b, same) => expect(key(a) === key(b)).toBe(same));

  it('never joins experiments, nor runs without a known configuration', () => {
    expect(key({ beta: 1, seed: 1 }, 'one')).not.toBe(key({ beta: 1, seed: 1 }, 'two'));
    expect(key({})).toBe(run.id);
    expect(key({ seed: 1 })).toBe(run.id);
    expect(key({ seed: 1, dump: 'x'.repeat(10_000) }).length).toBeLessThan(16);
  });
});
