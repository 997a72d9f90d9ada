import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRIC_NAMES } from '../../../../src/core/run/metrics';
import { neededFor } from '../../../../webview/model/needed';
import { cellText, checkpointRows, inOrder, nextSort, sortRows, tableCsv, tableMarkdown, type Sort } from '../../../../webview/model/table';
import { panelRun, study } from '../panelRuns';

const runs = [
  panelRun({ id: 'r2', name: 'run-s2' }, [{ step: 0, kl: 0 }, { step: 50, kl: 2, winRate: 0.3 }]),
  panelRun({ id: 'r10', name: 'run-s10' }, [{ step: 0, kl: 0 }, { step: 50, kl: 1, winRate: NaN }]),
];
const rows = checkpointRows(runs, 'every');
const keys = (sort: Sort) => sortRows(rows, sort).map(({ run, step }) => `${run}/${step}`);

describe('checkpointRows', () => {
  it('gives every checkpoint, or the last one of each run', () => {
    expect(rows).toHaveLength(4);
    expect(checkpointRows(runs, 'latest').map((row) => row.step)).toEqual([50, 50]);
  });
});

describe('sortRows', () => {
  it.each<[Sort, string[]]>([
    [{ column: 'run', descending: false }, ['r2/0', 'r2/50', 'r10/0', 'r10/50']],
    [{ column: 'step', descending: true }, ['r2/50', 'r10/50', 'r2/0', 'r10/0']],
    [{ column: 'kl', descending: true }, ['r2/50', 'r10/50', 'r2/0', 'r10/0']],
    [{ column: 'winRate', descending: true }, ['r2/50', 'r2/0', 'r10/0', 'r10/50']],
    [{ column: 'winRate', descending: false }, ['r2/50', 'r2/0', 'r10/0', 'r10/50']],
  ])('by %j', (sort, expected) => expect(keys(sort)).toEqual(expected));

  it('loses no row and leaves its input as it was', () => {
    const all = checkpointRows(study(), 'every');
    fc.assert(fc.property(fc.constantFrom(...METRIC_NAMES), fc.boolean(), (column, descending) => {
      const before = [...all];
      expect(new Set(sortRows(all, { column, descending }))).toEqual(new Set(all));
      expect(all).toEqual(before);
    }), { numRuns: 40 });
  });
});

describe('nextSort', () => {
  it.each<[Sort, Parameters<typeof nextSort>[1], Sort]>([
    [{ column: 'run', descending: false }, 'winRate', { column: 'winRate', descending: true }],
    [{ column: 'run', descending: false }, 'loss', { column: 'loss', descending: false }],
    [{ column: 'winRate', descending: true }, 'winRate', { column: 'winRate', descending: false }],
    [{ column: 'kl', descending: true }, 'step', { column: 'step', descending: false }],
  ])('%j, then %s', (sort, column, expected) => expect(nextSort(sort, column)).toEqual(expected));
});

describe('copies', () => {
  it('hold full precision and bounds as CSV', () => {
    const [row] = checkpointRows([panelRun({ name: 'a,"b"' }, [{ step: 1, kl: 1 / 3 }])], 'every');
    expect(tableCsv(row ? [row] : [], ['kl', 'loss'])).toBe('run,step,kl,kl_low,kl_high,loss,loss_low,loss_high\n"a,""b""",1,0.3333333333333333,,,,,');
  });
  it('read like the page as Markdown', () => {
    expect(tableMarkdown(rows.slice(1, 2), ['kl', 'winRate'])).toBe('| Run | Step | KL (nats) | Win rate |\n| --- | ---: | ---: | ---: |\n| run-s2 | 50 | 2.00 | 0.300 |');
  });
});

describe('cells', () => {
  it.each([
    [undefined, '–'],
    [{ value: 0.5, unit: 'fraction' as const, from: [] }, '0.500'],
    [{ value: 0.5, low: 0.4, high: 0.6, unit: 'fraction' as const, from: [] }, '0.500 [0.400, 0.600]'],
  ])('%j → %s', (estimate, text) => expect(cellText(estimate)).toBe(text));

  it('that are empty name the field that is missing, for every metric', () => {
    for (const name of METRIC_NAMES) expect(neededFor(name)).toContain(`metrics.${name}`);
  });
  it('stand in the order of the vocabulary', () => expect(inOrder(['winRate', 'kl'])).toEqual(['kl', 'winRate']));
});
