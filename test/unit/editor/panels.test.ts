import { describe, expect, it } from 'vitest';
import { diffTitle, normalisedConfiguration } from '../../../src/editor/compare/model/configuration';
import { experimentSummary, runSummary } from '../../../src/editor/compare/model/summary';
import { seedGroupKey } from '../../../src/core/protocol';
import { readSubject, subjectText, type Subject } from '../../../src/editor/panels/model/subject';
import { gapMayDiffer, updatesBetween } from '../../../src/editor/panels/model/updates';
import { stageViews } from '../../../src/editor/runs/model/stages';
import { touchedDirectories } from '../../../src/editor/runs/model/touched';
import { checkpoint, experiment, run } from './samples';

describe('the subject of a panel', () => {
  it.each<Subject>([
    { kind: 'experiment', path: '/runs/study' },
    { kind: 'run', path: 'C:\\runs\\study\\a "b"' },
    { kind: 'comparison', a: '/a', b: '/b' },
  ])('%j comes back from its text', (subject) => expect(readSubject(subjectText(subject))).toEqual(subject));

  it.each([undefined, '', 'x', '{}', '[]', 'null', '{"kind":"run"}', '{"kind":"other","path":"/a"}'])('%j is none', (text) => expect(readSubject(text)).toBeUndefined());
});

describe('what a dashboard is sent', () => {
  const a = run('a');
  const b = run('b');
  const stages = [{ kind: 'data', state: 'computing', fraction: 0.5 }] as const;

  it('is nothing while nothing has changed', () => {
    expect(updatesBetween({ runs: [a, b], stages }, { runs: [a, b], stages: [...stages] }, 0)).toEqual([]);
  });

  it('is the run that changed, the run that went, and the stages', () => {
    const messages = updatesBetween({ runs: [a, b], stages }, { runs: [{ ...a, status: 'running' }], stages: [] }, 7);
    expect(messages.map(({ type }) => type)).toEqual(['runChanged', 'runRemoved', 'stages']);
    expect(messages[0]).toMatchObject({ readAt: 7, run: { head: { id: 'study/a', status: 'running' } } });
    expect(messages[1]).toEqual({ type: 'runRemoved', id: 'study/b' });
  });

  it('includes a new gap only where a checkpoint or a run came or went', () => {
    expect(gapMayDiffer([a], [{ ...a, progress: { step: 1, steps: 2 } }])).toBe(false);
    expect(gapMayDiffer([a], [{ ...a, checkpoints: [...a.checkpoints, checkpoint(600, 0.4, 4)] }])).toBe(true);
    expect(gapMayDiffer([a], [a, b])).toBe(true);
  });

  it('groups runs that differ in their seed only, whatever the order of keys', () => {
    const group = (config: Record<string, unknown>) => seedGroupKey(run('a', { config }));
    expect(group({ seed: 1, beta: 0.1, policy: { width: 1, heads: 2 } })).toBe(group({ policy: { heads: 2, width: 1 }, beta: 0.1, seed: 2 }));
    expect(group({ seed: 1, beta: 0.1 })).not.toBe(group({ seed: 1, beta: 0.2 }));
    expect(seedGroupKey(run('a', { config: {} }))).toBe('study/a');
  });
});

describe('the native diff', () => {
  it('sees configurations in the same order', () => {
    expect(normalisedConfiguration(run('a', { config: { seed: 1, arm: { b: 2, a: 1 } } }))).toBe('{\n  "arm": {\n    "a": 1,\n    "b": 2\n  },\n  "seed": 1\n}\n');
  });
  it('names the runs by what tells them apart', () => {
    expect(diffTitle(run('a'), run('b'))).toBe('a ↔ b (configuration)');
    expect(diffTitle(run('a'), run('a', { id: 'other/a' }))).toBe('study/a ↔ other/a (configuration)');
  });
});

it('summarises as a table, with a dash for what is absent', () => {
  expect(runSummary(run('a', { checkpoints: [checkpoint(0, undefined, 0)] })).split('\n').slice(2)).toEqual([
    '| Step | Win rate | KL | Policy accuracy | Proxy accuracy |', '| --- | --- | --- | --- | --- |', '| 0 | – | 0.00 | – | – |', '',
  ]);
  expect(experimentSummary(experiment([run('a'), run('b', { checkpoints: [], status: 'queued' })]))).toContain('| b | queued | – | – | – | – | – |');
});

describe('shared stages', () => {
  const STAGED = { task: 'summarisation', policy: { width: 8, layers: 1, heads: 2, feedForward: 8 }, stages: {}, seed: 1 } as unknown as Parameters<typeof stageViews>[0][number];
  const event = (kind: 'data' | 'sft', state: 'computing' | 'done', fraction: number) => ({ event: 'stage', time: '', kind, digest: 'd', state, fraction }) as const;
  it('are all that the task needs; the last event of each counts', () => {
    const views = stageViews([STAGED], [event('data', 'computing', 0.2), event('data', 'done', 1), event('sft', 'computing', 0.3)], true);
    expect(views.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['data done', 'sft computing', 'relabelled waiting', 'proxy waiting', 'golden-policy waiting']);
  });
  it('do not go on computing when their process is gone', () => {
    expect(stageViews([STAGED], [event('sft', 'computing', 0.3)], false)[1]).toEqual({ kind: 'sft', state: 'waiting', fraction: 0.3, message: 'interrupted' });
  });
});

describe('what file events ask for', () => {
  const known = [experiment([run('a')])];
  const parent = (file: string) => file.slice(0, file.lastIndexOf('/'));
  it.each<[string, string[], boolean]>([
    ['/runs/study/a/metrics.jsonl', ['/runs/study/a'], false],
    ['/runs/study/stages.jsonl', ['/runs/study'], false],
    ['/runs/study/experiment.json', ['/runs/study'], true],
    ['/runs/study/new/metrics.jsonl', [], true],
    ['/runs/study/a', [], true],
  ])('%s', (file, directories, needsScan) => {
    const touched = touchedDirectories([file], known, parent);
    expect([[...touched.known], touched.needsScan]).toEqual([directories, needsScan]);
  });
});
