import { describe, expect, it } from 'vitest';
import type { Run, RunStatus } from '../../../src/core/run/types';
import { ElementCache } from '../../../src/editor/explorer/model/elements';
import { rowOf } from '../../../src/editor/explorer/model/rows';
import { escape, tooltipOf } from '../../../src/editor/explorer/model/tooltips';
import { RunTree } from '../../../src/editor/explorer/model/tree';
import { changeBetween, experimentStatus, isNothing, type RootState } from '../../../src/editor/runs/model/state';
import { checkpoint, experiment, root, run } from './samples';

const treeOf = (...roots: RootState[]) => new RunTree(new ElementCache(), () => roots);
const ids = (tree: RunTree, below?: Parameters<RunTree['children']>[0]) => tree.children(below).map(({ id }) => id);

describe('the rows', () => {
  it('go from experiment to run to checkpoint, without a level for the only folder', () => {
    const tree = treeOf(root([experiment([run('a'), run('b')])]));
    expect(ids(tree)).toEqual(['experiment:/runs/study']);
    const [study] = tree.children();
    expect(ids(tree, study)).toEqual(['run:/runs/study/a', 'run:/runs/study/b']);
    expect(ids(tree, tree.children(study)[0])).toEqual(['checkpoint:/runs/study/a:0', 'checkpoint:/runs/study/a:500']);
  });

  it('have a level for folders where there are several, leaving empty ones out', () => {
    const other = root([experiment([run('c')], { path: '/other/x', root: '/other' })], { path: '/other', folder: 'second' });
    const tree = treeOf(root([experiment([run('a')])]), other, root([], { path: '/empty', folder: 'third' }));
    expect(ids(tree)).toEqual(['root:/runs', 'root:/other']);
  });

  it('are the same objects at every look, and know their parents', () => {
    const tree = treeOf(root([experiment([run('a')])]));
    const [study] = tree.children();
    const [first] = tree.children(study);
    expect(tree.children()[0]).toBe(study);
    expect(first && tree.parent(first)).toBe(study);
    expect(study && tree.parent(study)).toBeUndefined();
  });

  it('put the newest experiment first', () => {
    const older = experiment([run('a', { createdAt: '2026-01-01T00:00:00Z' })], { path: '/runs/older' });
    const newer = experiment([run('b', { createdAt: '2026-01-02T00:00:00Z' })], { path: '/runs/newer' });
    expect(ids(treeOf(root([older, newer])))).toEqual(['experiment:/runs/newer', 'experiment:/runs/older']);
  });

  it('show the shared stages only while runs wait for them', () => {
    const stages = [{ kind: 'data', state: 'computing', fraction: 0.5 }] as const;
    const done = [{ kind: 'data', state: 'cached', fraction: 1 }] as const;
    const queued = [run('a', { status: 'queued', checkpoints: [] })];
    const count = (tree: RunTree) => tree.children(tree.children()[0]).filter(({ kind }) => kind === 'stages').length;
    expect(count(treeOf(root([experiment(queued, { stages, isOrchestrated: true })])))).toBe(1);
    expect(count(treeOf(root([experiment(queued, { stages: done, isOrchestrated: true })])))).toBe(0);
    expect(count(treeOf(root([experiment([run('a')], { stages: done })])))).toBe(0);
  });

  it('say that a folder cannot be read', () => {
    const tree = treeOf(root([], { problems: ['permission is denied'] }));
    const [problem] = tree.children();
    expect(problem && rowOf(tree, problem)?.sentence).toBe('The folder cannot be read: permission is denied');
  });
});

describe('icon and what can be done', () => {
  it.each<[RunStatus, string, string]>([
    ['queued', 'clock', 'run charted configured comparable'],
    ['running', 'loading~spin', 'run charted configured stoppable comparable'],
    ['finished', 'pass', 'run charted configured deletable comparable'],
    ['stopped', 'debug-pause', 'run charted configured resumable deletable comparable'],
    ['failed', 'error', 'run charted configured resumable deletable comparable'],
    ['lost', 'question', 'run charted configured resumable deletable comparable'],
  ])('%s', (status, icon, context) => {
    const cache = new ElementCache();
    const tree = new RunTree(cache, () => [root([experiment([run('a', { status })])])]);
    const row = rowOf(tree, cache.get({ kind: 'run', path: '/runs/study/a' }));
    expect([row?.icon.codicon, row?.context]).toEqual([icon, context]);
  });

  it.each<[readonly RunStatus[], boolean, RunStatus]>([
    [['finished', 'running'], true, 'running'],
    [['finished', 'queued'], true, 'running'],
    [['finished', 'failed', 'lost'], false, 'failed'],
    [['stopped', 'lost'], false, 'lost'],
    [['finished', 'stopped'], false, 'stopped'],
    [['finished', 'lost'], false, 'lost'],
    [['finished'], false, 'finished'],
  ])('an experiment of %j (orchestrated: %s) is %s', (statuses, isOrchestrated, expected) => {
    expect(experimentStatus(experiment(statuses.map((status, i) => run(`r${i}`, { status })), { isOrchestrated }))).toBe(expected);
  });
});

describe('what changed', () => {
  const a = run('a');
  const before = [experiment([a, run('b')])];
  it('is nothing while the objects are the same', () => expect(isNothing(changeBetween(before, before))).toBe(true));
  it('is one run and its experiment', () => {
    const grown: Run = { ...a, checkpoints: [...a.checkpoints, checkpoint(600, 0.5, 4)] };
    const [old] = before;
    const change = changeBetween(before, [{ ...old, ...experiment([grown, ...(old?.runs.slice(1) ?? [])]) }]);
    expect([change.structure, [...change.experiments], [...change.runs]]).toEqual([false, ['/runs/study'], ['/runs/study/a']]);
  });
  it('draws the experiment only when its own row is different, for its runs cannot be clicked meanwhile', () => {
    const states = [[a, run('b')], [{ ...a, warnings: [] }, run('b')], [{ ...a, status: 'failed' as const }, run('b')]].map((runs) => [root([experiment(runs)])]);
    let at = 0;
    const tree = new RunTree(new ElementCache(), () => states[at] ?? []);
    const change = { structure: false, experiments: new Set(['/runs/study']), runs: new Set(['/runs/study/a']) };
    const drawn = () => tree.changed(change)?.map(({ kind }) => kind);
    const seen = states.map((_, i) => { at = i; return drawn(); });
    expect(seen).toEqual([['experiment', 'run'], ['stages', 'run'], ['experiment', 'run']]);
    expect(tree.changed({ ...change, structure: true })).toBeUndefined();
    expect(drawn(), 'all was drawn in between').toEqual(['experiment', 'run']);
  });
  it('is structure when a run goes', () => expect(changeBetween(before, [experiment([a])]).structure).toBe(true));
});

describe('tooltips', () => {
  it('hold the settings and the latest measurements', () => {
    const cache = new ElementCache();
    const tree = new RunTree(cache, () => [root([experiment([run('a')])])]);
    const text = tooltipOf(tree, cache.get({ kind: 'run', path: '/runs/study/a' })) ?? '';
    expect(text).toContain('| KL budget | 5 nats |');
    expect(text).toContain('| Win rate | 0.41 [.38, .44] | fraction |');
  });

  it('let no name become markup', () => {
    expect(escape('[x](command:evil) $(gear) <b>')).toBe('\\[x\\]\\(command:evil\\) \\$\\(gear\\) \\<b\\>');
  });
});
