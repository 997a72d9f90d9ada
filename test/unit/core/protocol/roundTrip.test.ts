import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRun, encodeRun, readHostToDashboard, type EncodedRun } from '../../../../src/core/protocol';
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
    expect(encoded.head.group).toBe(run.id);
  });

  it('do not send configuration, environment, raw keys or outcomes', () => {
    const [run] = fc.sample(anyRun, { numRuns: 1, seed: 2 });
    if (!run) throw new Error('no sample');
    expect(JSON.stringify(encodeRun(run))).not.toMatch(/nested|noise|environment/);
  });
});
