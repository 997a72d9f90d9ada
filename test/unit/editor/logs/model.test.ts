import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Checkpoint, Run } from '../../../../src/core/run/types';
import type { Detection } from '../../../../src/importers';
import type { RawLog, RawRow } from '../../../../src/importers/contract';
import { choicesFor } from '../../../../src/editor/logs/model/choices';
import { isText } from '../../../../src/editor/logs/model/files';
import { buffersOf, packRun, unpackRun } from '../../../../src/editor/logs/model/pack';
import { progressWords } from '../../../../src/editor/logs/model/progress';
import { shareOf, thin, thinnedLogs, thinnedRun } from '../../../../src/editor/logs/model/thin';
import { urisOf } from '../../../../src/editor/logs/model/uriList';
import { isLogKey, keyOf, logExperimentKey, logRootKey, logRunKey, nameOfKey, placeOfKey } from '../../../../src/editor/runs/model/address';
import { syntheticRun } from '../../../fixtures/study';

const withoutRaw = (run: Run): Run => ({ ...run, checkpoints: run.checkpoints.map((checkpoint) => ({ ...checkpoint, raw: {} })) });

describe('a packed run', () => {
  const run: Run = { ...syntheticRun('online', 1), source: 'trl', environment: { sourceReason: 'a file', samplingReason: 'its tags' } };

  it('comes out as it went in, but for its raw numbers', () => {
    expect(unpackRun(structuredClone(packRun(run)))).toEqual(withoutRaw(run));
  });

  it('has all its numbers in one buffer', () => {
    const packed = packRun(run);
    const [buffer] = buffersOf(packed);
    const { outcomes, encoded: { metrics } } = packed;
    const columns = [...Object.values(metrics).map(({ value }) => value), ...outcomes.flatMap(([, { win, kl }]) => [win, kl])].filter((one) => one !== undefined);
    expect(outcomes.length).toBeGreaterThan(0);
    expect(columns.every((column) => column.buffer === buffer)).toBe(true);
  });

  it('changes hands', () => {
    const packed = packRun(run);
    expect(unpackRun(structuredClone(packed, { transfer: buffersOf(packed) }))).toEqual(withoutRaw(run));
    expect(packed.encoded.steps.byteLength).toBe(0);
  });
});

describe('thinning', () => {
  const kinds = fc.array(fc.integer({ min: 0, max: 3 }).map((kind) => ({ kind })), { maxLength: 400 });
  const byKind = ({ kind }: { kind: number }) => String(kind);

  it('keeps order, the first and the last of each kind, and the limit', () => {
    fc.assert(fc.property(kinds, fc.integer({ min: 12, max: 100 }), (items, most) => {
      const left = thin(items, most, byKind);
      expect(left.length).toBeLessThanOrEqual(most);
      expect(items.filter((item) => left.includes(item))).toEqual(left);
      for (const kind of new Set(items.map((item) => item.kind))) {
        const all = items.filter((item) => item.kind === kind);
        expect(left).toContain(all[0]);
        expect(left).toContain(all.at(-1));
      }
      if (items.length <= most) expect(left).toBe(items);
    }));
  });

  it('keeps rare kinds whole while frequent ones leave', () => {
    const items = Array.from({ length: 10_000 }, (_, i) => ({ kind: i % 100 === 0 ? 1 : 0 }));
    const left = thin(items, 1000, byKind);
    expect(left.filter(({ kind }) => kind === 1)).toHaveLength(100);
    expect(left.length).toBeGreaterThan(600);
  });

  it('shows the same rows while a log grows, but for the last', () => {
    const items = Array.from({ length: 5050 }, () => ({ kind: 0 }));
    const [before, after] = [thin(items.slice(0, 5000), 2000, byKind), thin(items, 2000, byKind)];
    expect(before.slice(0, -1).every((item) => after.includes(item))).toBe(true);
  });

  const row = (step: number, values: RawRow['values']): RawRow => ({ step, values });
  const log = (rows: readonly RawRow[]): RawLog => ({ source: 'jsonl', path: '/logs/a.jsonl', rows, config: {}, warnings: [] });

  it('of rows says so in a warning, and loses no value that is no number', () => {
    const rows = Array.from({ length: 9000 }, (_, i) => row(i, { loss: i === 4321 ? NaN : 1 }));
    const [thinned, short] = thinnedLogs([log(rows), log(rows.slice(0, 10))]);
    expect(thinned?.rows.some(({ values }) => Number.isNaN(values.loss))).toBe(true);
    expect(thinned?.warnings[0]?.message).toMatch(/^\d+ of 9000 rows are shown here/);
    expect(short?.rows).toHaveLength(10);
    expect(short?.warnings).toEqual([]);
  });

  it('of a run that is short gives the run itself', () => {
    const run = syntheticRun('online', 1);
    expect(thinnedRun(run, 1000)).toBe(run);
    const checkpoints = Array.from({ length: 300 }, (_, step): Checkpoint => ({ step, metrics: {}, raw: {} }));
    expect(thinnedRun({ ...run, checkpoints }, 50).warnings.at(-1)?.message).toMatch(/of 300 steps/);
  });

  it.each([[0, 2000], [1, 2000], [25, 2000], [100, 500], [100_000, 50]])('of %i runs leaves each %i checkpoints', (runs, share) => expect(shareOf(runs)).toBe(share));
});

describe('keys', () => {
  const own = syntheticRun('online', 1);
  it('are the directory of our own runs', () => {
    expect(keyOf(own)).toBe(own.path);
    expect(isLogKey(own.path)).toBe(false);
    expect(placeOfKey('/runs/study')).toBe('/runs/study');
  });
  it('tell the same run below two added folders apart, and two runs of one file', () => {
    const keys = [logRootKey('/a'), logRootKey('/a/b'), logExperimentKey('/a', 'x'), logExperimentKey('/a/b', 'x'), logRunKey('/a', 'x/y~1'), logRunKey('/a/b', 'x/y~1'), logRunKey('/a', 'x/z~2')];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every(isLogKey)).toBe(true);
  });
  it.each([
    [logRunKey('/logs/a', 'study/dpo~0123abcd'), 'dpo', '/logs/a'],
    [logExperimentKey('/logs/a', 'study'), 'study', '/logs/a'],
    [logRootKey('/logs/a'), 'a', '/logs/a'],
    ['/runs/study/online-b0.1-s1', 'online-b0.1-s1', '/runs/study/online-b0.1-s1'],
  ])('have a name and a place for people: %j', (key, name, place) => expect([nameOfKey(key), placeOfKey(key)]).toEqual([name, place]));
});

describe('what a log may be read as', () => {
  const detected: Detection[] = [
    { source: 'trl', path: '/logs/a', reason: 'trainer_state.json is there', confidence: 0.9 },
    { source: 'jsonl', path: '/logs/a/log.jsonl', reason: 'lines of JSON', confidence: 0.5 },
  ];
  const sources = (rows: ReturnType<typeof choicesFor>) => rows.flatMap(({ choice }) => (choice === undefined ? [] : [choice.source]));

  it('begins with what was detected and why, and leaves no source out', () => {
    const rows = choicesFor(detected, undefined);
    expect(sources(rows).slice(0, 2)).toEqual(['trl', 'jsonl']);
    expect(rows.find(({ label }) => label === 'trl')?.detail).toBe('trainer_state.json is there (90% sure)');
    expect(new Set(sources(rows)).size).toBe(9);
  });
  it('can be taken back once it was said', () => {
    const rows = choicesFor(detected, 'csv');
    expect(rows[0]).toMatchObject({ label: 'As detected', choice: { source: undefined } });
    expect(rows.find(({ label }) => label === 'csv')?.description).toMatch(/set by you$/);
  });
});

it.each([
  [{ path: '/logs/metrics.jsonl', bytesRead: 90e6, bytesTotal: 200e6 }, 'metrics.jsonl, 45% of 200 MB', 45],
  [{ path: '/logs/a.csv', bytesRead: 3e6, bytesTotal: 2e6 }, 'a.csv, 100% of 2.0 MB', 100],
  [{ path: '/logs/a.csv', bytesRead: 0, bytesTotal: 0 }, 'a.csv, 0% of 0.0 MB', 0],
])('progress in words: %j', (progress, message, percent) => expect(progressWords(progress)).toEqual({ message, percent }));

it('a list of URIs has comments and line ends of both kinds', () => expect(urisOf('# two\r\nfile:///a%20b\r\n\nfile:///c\n')).toEqual(['file:///a%20b', 'file:///c']));

it.each([['trainer_state.json', true], ['log.csv', true], ['events.out.tfevents.1.host', false], ['run-1.wandb', false], ['mlflow.db', false]])('%s is text: %s', (file, expected) => expect(isText(`/logs/${file}`)).toBe(expected));
