import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffDocument, diffFields, diffRuns, flatten } from '../../../../src/core/analysis';
import type { Run } from '../../../../src/core/run';
import { OFFLINE, ONLINE, settlingKls, simulateRun } from './support';

describe('flatten', () => {
  it.each<[string, unknown, [string, unknown][]]>([
    ['nested fields', { a: { b: 1 }, c: [2, { d: 3 }] }, [['a.b', 1], ['c[0]', 2], ['c[1].d', 3]]],
    ['dots in a literal key, escaped', { 'a.b': 1, a: { b: 2 } }, [['a\\.b', 1], ['a.b', 2]]],
    ['brackets in a literal key, escaped', { 'a[0]': 1, a: [2] }, [['a\\[0\\]', 1], ['a[0]', 2]]],
    ['backslashes, escaped', { 'a\\': { b: 1 }, 'a\\.b': 2 }, [['a\\\\.b', 1], ['a\\\\\\.b', 2]]],
    ['empty objects and lists, which are values', { a: {}, b: [] }, [['a', {}], ['b', []]]],
    ['an empty key', { '': { a: 1 }, a: 2 }, [['\\0.a', 1], ['a', 2]]],
    ['no settings', {}, []],
    ['null, which is a value; undefined, which is none', { a: null, b: undefined }, [['a', null]]],
  ])('%s', (_, value, expected) => {
    expect([...flatten(value)]).toEqual(expected);
  });

  it('gives every leaf a path of its own', () => {
    const leaves = (value: unknown): number => (typeof value === 'object' && value !== null && Object.keys(value).length > 0 ? Object.values(value).reduce<number>((sum, child) => sum + leaves(child), 0) : 1);
    const key = fc.string({ maxLength: 4, unit: fc.constantFrom('a', '.', '[', ']', '\\', '0') });
    const { tree } = fc.letrec((tie) => ({ tree: fc.oneof({ maxDepth: 3 }, fc.nat(3), fc.dictionary(key, tie('tree'), { maxKeys: 4 }), fc.array(tie('tree'), { maxLength: 3 })) }));
    fc.assert(fc.property(tree, (value) => { expect(flatten({ value }).size).toBe(leaves(value)); }));
  });
});

describe('diffFields', () => {
  it.each<[string, unknown, unknown, object[]]>([
    ['1 differs from "1"', { a: 1 }, { a: '1' }, [{ path: 'a', a: 1, b: '1', kind: 'changed' }]],
    ['the order of keys does not count', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
    ['the order of a list does', { a: [1, 2] }, { a: [2, 1] }, [{ path: 'a[0]', a: 1, b: 2, kind: 'changed' }, { path: 'a[1]', a: 2, b: 1, kind: 'changed' }]],
    ['a missing key counts', { a: 1 }, { b: null }, [{ path: 'a', a: 1, b: undefined, kind: 'only-a' }, { path: 'b', a: undefined, b: null, kind: 'only-b' }]],
    ['null differs from missing and from 0', { a: null, b: null }, { b: 0 }, [{ path: 'a', a: null, b: undefined, kind: 'only-a' }, { path: 'b', a: null, b: 0, kind: 'changed' }]],
    ['no list differs from an empty one, and from an empty object', { a: [] }, { a: {} }, [{ path: 'a', a: [], b: {}, kind: 'changed' }]],
    ['two empty lists are the same', { a: [] }, { a: [] }, []],
    ['a value that became a section', { a: 1 }, { a: { b: 1 } }, [{ path: 'a', a: 1, b: undefined, kind: 'only-a' }, { path: 'a.b', a: undefined, b: 1, kind: 'only-b' }]],
    ['paths in natural order', { a: [...Array(11).keys()] }, {}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((i) => ({ path: `a[${i}]`, a: i, b: undefined, kind: 'only-a' }))],
  ])('%s', (_, a, b, expected) => {
    expect(diffFields(a, b)).toEqual(expected);
  });

  it.each<[string, readonly string[], string[]]>([
    ['nothing', [], ['_wandb.x', 'out_dir', 'stages.time', 'stages.x', 'times']],
    ['a path, and what lies below it', ['stages'], ['_wandb.x', 'out_dir', 'times']],
    ['a path, not one that begins alike', ['time'], ['_wandb.x', 'out_dir', 'stages.time', 'stages.x', 'times']],
    ['a pattern', ['_*', '*.time', '*_dir'], ['stages.x', 'times']],
    ['a pattern whose signs are meant literally', ['out.dir'], ['_wandb.x', 'out_dir', 'stages.time', 'stages.x', 'times']],
  ])('ignores %s', (_, ignore, expected) => {
    const settings = { stages: { time: 1, x: 1 }, _wandb: { x: 1 }, out_dir: 'a', times: 3 };
    expect(diffFields(settings, {}, ignore).map(({ path }) => path)).toEqual(expected);
  });

  it('finds nothing between equals, and the mirror image the other way round', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (a, b) => {
        expect(diffFields(a, JSON.parse(JSON.stringify(a)))).toEqual([]);
        const mirrored = diffFields(b, a).map(({ path, a: left, b: right, kind }) => ({ path, a: right, b: left, kind: kind === 'changed' ? kind : kind === 'only-a' ? 'only-b' : 'only-a' }));
        expect(mirrored).toEqual(diffFields(a, b));
      }),
    );
  });
});

describe('diffRuns', () => {
  const make = (arm: 'online' | 'offline', fields: Partial<Run> = {}): Run => simulateRun({ arm, seed: 1, curve: arm === 'online' ? ONLINE : OFFLINE, kls: settlingKls(arm === 'online' ? 4 : 3.5), fields });
  const [offline, online] = [make('offline', { config: { task: 't', beta: 0.1, name: 'x', createdAt: 'now' }, environment: { node: '20' } }), make('online', { config: { task: 't', beta: 0.3, name: 'y' }, environment: { node: '22', cpu: 'c' } })];
  const diff = diffRuns(offline, online, { resamples: 200 });

  it('keeps what was set, what came out and what was merely so apart', () => {
    expect(diff.config).toEqual([{ path: 'beta', a: 0.1, b: 0.3, kind: 'changed' }]);
    expect(diff.environment.map(({ path, kind }) => [path, kind])).toEqual([['cpu', 'only-b'], ['node', 'changed']]);
    expect(diff.outcome).toHaveLength(22);
  });

  it('takes b minus a, paired by prompt', () => {
    const last = diff.outcome.filter(({ metric }) => metric === 'winRate').at(-1);
    expect(last).toMatchObject({ step: 100, interval: 'paired', delta: (last?.b ?? NaN) - (last?.a ?? NaN) });
    expect(last?.low).toBeGreaterThan(0);
    expect(last?.high).toBeGreaterThan(last?.delta ?? NaN);
    const unpaired = diffRuns({ ...offline, source: 'trl' }, { ...online, source: 'trl' }, { resamples: 50 }).outcome.filter(({ metric }) => metric === 'winRate').at(-1);
    expect(unpaired?.interval).toBe('standard-errors');
    expect((unpaired?.high ?? NaN) - (unpaired?.low ?? NaN)).toBeGreaterThan((last?.high ?? NaN) - (last?.low ?? NaN));
  });

  it('compares at matched KL, the same way round', () => {
    expect(diff.matchedKl).toHaveLength(25);
    for (const { kl, delta, low, high } of diff.matchedKl.slice(5)) {
      expect(Math.abs(delta - (ONLINE(kl) - OFFLINE(kl)))).toBeLessThan(0.06);
      expect(low).toBeLessThan(delta);
      expect(high).toBeGreaterThan(delta);
    }
  });

  it('of a run and itself finds no difference', () => {
    const same = diffRuns(online, online, { resamples: 50 });
    expect([same.config, same.environment]).toEqual([[], []]);
    expect(same.outcome.every(({ delta, low, high }) => delta === 0 && low === 0 && high === 0)).toBe(true);
    expect(same.matchedKl.every(({ delta }) => Math.abs(delta) < 1e-12)).toBe(true);
    expect(same.notes).toContain('A run is compared with itself.');
  });

  it('compares only metrics and steps that both have, and says what it cannot', () => {
    const short = { ...online, checkpoints: online.checkpoints.slice(0, 2).map(({ step, metrics: { kl }, raw }) => ({ step, metrics: { kl }, raw })) };
    const found = diffRuns(offline, short, { resamples: 50 });
    expect(found.outcome.map(({ metric, step }) => [metric, step])).toEqual([['kl', 0], ['kl', 10]]);
    expect(found.matchedKl).toEqual([]);
    expect(found.notes.join('\n')).toMatch(/no comparison at matched KL/);
  });

  it('has the fields of alignment-gap/diff@1, what is missing being null', () => {
    const bare = { ...online, checkpoints: [{ step: 0, metrics: { loss: { value: 1, unit: 'none', from: [] } }, raw: {} }] } satisfies Run;
    const document = JSON.parse(JSON.stringify(diffDocument(diffRuns(bare, bare))));
    expect(document).toMatchObject({ schema: 'alignment-gap/diff@1', config: [], environment: [], matchedKl: [] });
    expect(document.outcome).toEqual([{ metric: 'loss', step: 0, a: 1, b: 1, delta: 0, low: null, high: null }]);
    const [field] = JSON.parse(JSON.stringify(diffDocument(diff))).environment;
    expect(field).toEqual({ path: 'cpu', a: null, b: 'c', kind: 'only-b' });
  });
});
