import { describe, expect, it } from 'vitest';
import { encodeRun, type EncodedRun } from '../../../../src/core/protocol';
import { reduce, type DashboardData, type DashboardEvent } from '../../../../webview/dashboard/state';
import { INITIAL_VIEW, readView, toggled } from '../../../../webview/dashboard/view';
import { ageText, canResume, canStop, milestone, statusSummary } from '../../../../webview/model/status';
import { syntheticRun, trueGap } from '../../../fixtures/study';
import { panelRun } from '../panelRuns';

const run = (name: string): EncodedRun => {
  const encoded = encodeRun(syntheticRun('online', 1));
  return { ...encoded, head: { ...encoded.head, id: name, name } };
};
const snapshot: DashboardEvent = { type: 'snapshot', subject: { kind: 'experiment', title: 't' }, runs: [run('s10'), run('s2')], stages: [], canControl: true, readAt: 1, restore: 'r' };
const after = (...events: DashboardEvent[]): DashboardData | undefined => events.reduce<DashboardData | undefined>(reduce, undefined);
const names = (data: DashboardData | undefined) => data?.runs.map(({ name }) => name);

describe('reduce', () => {
  it('knows nothing before the first snapshot', () => expect(after({ type: 'gap', gap: trueGap() })).toBeUndefined());
  it('orders runs as people count', () => expect(names(after(snapshot))).toEqual(['s2', 's10']));
  it('touches only the run that changed', () => {
    const before = after(snapshot);
    const data = reduce(before, { type: 'runChanged', run: run('s2'), readAt: 9 });
    expect(data?.runs[1]).toBe(before?.runs[1]);
    expect(data?.runs[0]).not.toBe(before?.runs[0]);
    expect(data?.readAt).toBe(9);
  });
  it.each<[string, DashboardEvent, string[]]>([
    ['a new run', { type: 'runChanged', run: run('s3'), readAt: 2 }, ['s2', 's3', 's10']],
    ['a run that is gone', { type: 'runRemoved', id: 's2' }, ['s10']],
    ['an unknown run that is gone', { type: 'runRemoved', id: 'x' }, ['s2', 's10']],
  ])('takes in %s', (_, event, expected) => expect(names(after(snapshot, event))).toEqual(expected));
  it('drops the gap of an older snapshot', () => expect(after(snapshot, { type: 'gap', gap: trueGap() }, snapshot)?.gap).toBeUndefined());
});

describe('readView', () => {
  it.each<[string, object, object]>([
    ['nothing', {}, {}],
    ['what it wrote', { ...INITIAL_VIEW, klScale: 'linear', columns: ['loss'], restore: 'r' }, { klScale: 'linear', columns: ['loss'], restore: 'r' }],
    ['rubbish', { klScale: 3, columns: 'kl', sort: { column: 'x', descending: true }, rows: null, hidden: [1], tables: {} }, {}],
    ['a metric of another version', { columns: ['kl', 'gone'] }, { columns: ['kl'] }],
  ])('of %s', (_, kept, change) => expect(readView(kept)).toEqual({ ...INITIAL_VIEW, ...change }));
});

describe('small words', () => {
  it.each([[4000, '4 s ago'], [-5, '0 s ago'], [150_000, '3 min ago'], [7_200_000, '2 h ago']])('%d ms → %s', (ms, text) => expect(ageText(ms)).toBe(text));
  it('count runs by status', () => {
    expect(statusSummary([panelRun({ status: 'failed' }), panelRun({ status: 'running' }), panelRun({ status: 'running' })])).toBe('2 running, 1 failed');
    expect(statusSummary([])).toBe('no runs');
  });
  it('toggle', () => expect(toggled(toggled(['a'], 'b'), 'a')).toEqual(['b']));
  it.each([
    ['running', true, false], ['queued', true, false], ['finished', false, false], ['stopped', false, true], ['failed', false, true], ['lost', false, true],
  ] as const)('%s: stop %s, resume %s', (status, stop, resume) => expect([canStop(panelRun({ status })), canResume(panelRun({ status }))]).toEqual([stop, resume]));
  it('resumes only runs of our own', () => expect(canResume(panelRun({ status: 'lost', source: 'trl' }))).toBe(false));
});

describe('milestone', () => {
  const at = (step: number, status: 'running' | 'finished' = 'running') => panelRun({ name: 'B', status, klBudget: 4 }, [{ step, winRate: 0.25, kl: 2 }]);
  it.each([
    [undefined, at(50), undefined],
    [at(50), at(50), undefined],
    [at(0), at(50), 'B reached checkpoint 50, win rate 0.250, KL 50 percent of budget'],
    [at(50), at(50, 'finished'), 'B is finished'],
  ])('%#', (before, now, text) => expect(milestone(before, now)).toBe(text));
});
