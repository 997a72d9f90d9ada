import { describe, expect, it } from 'vitest';
import { groupRuns, legendOf, withoutSeed } from '../../../../webview/model/groups';
import { panelRun, study } from '../panelRuns';

describe('groupRuns', () => {
  it('joins seeds, and gives online the first style and offline the second', () => {
    const groups = groupRuns(study());
    expect(groups.map((group) => [group.label, group.slot, group.runs.length])).toEqual([['online', 0, 3], ['offline', 1, 3]]);
    expect(groups.map(legendOf)).toEqual(['online (3 seeds)', 'offline (3 seeds)']);
  });

  it('tells groups of one arm apart by their names without seeds', () => {
    const run = (beta: number, seed: number) => panelRun({ id: `b${beta}s${seed}`, name: `online-b${beta}-s${seed}`, arm: 'online', sampling: 'online', group: `b${beta}`, seed });
    const groups = groupRuns([run(0.1, 1), run(0.1, 2), run(0.3, 1)]);
    expect(groups.map((group) => group.label)).toEqual(['online-b0.1', 'online-b0.3']);
    expect(new Set(groups.map((group) => group.slot)).size).toBe(2);
  });

  it('never gives two groups the same style, and keeps the first two for online and offline', () => {
    const runs = Array.from({ length: 8 }, (_, i) => panelRun({ id: `${i}`, name: `r${i}`, group: `${i}` }));
    const slots = groupRuns(runs).map((group) => group.slot);
    expect(new Set(slots).size).toBe(8);
    expect(groupRuns(runs.slice(0, 2)).map((group) => group.slot)).toEqual([2, 3]);
  });
});

describe('withoutSeed', () => {
  it.each([
    ['online-b0.1-s3', 3, 'online-b0.1'],
    ['online-b0.1-s13', 3, 'online-b0.1-s13'],
    ['-s3', 3, '-s3'],
    ['run', undefined, 'run'],
  ])('%s of seed %s → %s', (name, seed, expected) => expect(withoutSeed({ name, seed })).toBe(expected));
});
