import { describe, expect, it } from 'vitest';
import { createColors } from '../../../src/cli/colors';
import { diffText } from '../../../src/cli/commands/diff';
import { tidyRows, toCsv } from '../../../src/cli/commands/export';
import { listTable } from '../../../src/cli/commands/list';
import { showText } from '../../../src/cli/commands/show';
import { duration, pointsWithInterval } from '../../../src/cli/render/format';
import { gapText } from '../../../src/cli/render/gap';
import { plotPicture } from '../../../src/cli/render/plot';
import { oneLine, table } from '../../../src/cli/render/table';
import { advance, jobLine, totalFraction, type WorkState } from '../../../src/cli/render/work';
import type { RunDiff } from '../../../src/core/analysis';
import { gapPicture } from '../../../src/core/figures/picture';
import { studyReport, studyRun, studyRuns } from '../core/figures/support';

const plain = createColors(false);

describe('what the terminal shows (golden texts; `vitest -u` rewrites them)', () => {
  it('the gap: table, picture, verdict', async () => {
    await expect(gapText(studyRuns(), studyReport(), { colors: plain, columns: 100 })).toMatchFileSnapshot('golden/gap.txt');
  });

  it('the same in a narrow terminal', async () => {
    await expect(plotPicture(gapPicture(studyRuns(), studyReport()), plain, { columns: 60, rows: 12 })).toMatchFileSnapshot('golden/plot-narrow.txt');
  });

  it('a study without an offline arm', async () => {
    const runs = studyRuns().filter((run) => run.arm === 'online');
    const report = studyReport({ arms: studyReport().arms.slice(0, 1), gap: null, notes: ['There is no offline arm.'] });
    await expect(gapText(runs, report, { colors: plain, columns: 80 })).toMatchFileSnapshot('golden/gap-one-arm.txt');
  });

  it('one run', async () => {
    const warnings = [{ code: 'log-line', message: 'not valid JSON', at: 'metrics.jsonl:4' }];
    await expect(showText(studyRun('online', 2, { status: 'failed', failure: 'the disk is full', warnings }))).toMatchFileSnapshot('golden/show.txt');
  });

  it('two runs side by side', async () => {
    const [a, b] = [studyRun('offline', 1), studyRun('online', 1)];
    const outcome = [
      { metric: 'kl', step: 300, a: 5.7, b: 4.37, delta: -1.33 },
      { metric: 'winRate', step: 150, a: 0.2, b: 0.3, delta: 0.1 },
      { metric: 'winRate', step: 300, a: 0.186, b: 0.361, delta: 0.175, low: 0.13, high: 0.22, interval: 'paired' },
      { metric: 'policyUpdates', step: 300, a: 300, b: 300, delta: 0 },
    ] as const;
    const diff: RunDiff = {
      config: [{ path: 'arm', a: 'offline', b: 'online', kind: 'changed' }, { path: 'evaluation.extra', a: undefined, b: [1, 2], kind: 'only-b' }],
      outcome,
      environment: [],
      matchedKl: Array.from({ length: 25 }, (_, i) => ({ kl: 1 + i / 8, delta: 0.1 + i / 250, low: 0.05, high: 0.25 })),
      notes: ['Each side is a single run.'],
    };
    await expect(diffText(a, b, diff)).toMatchFileSnapshot('golden/diff.txt');
    expect(diffText(a, b, diff, true).split('\n').filter((line) => / pp \[/.test(line))).toHaveLength(26);
  });

  it('a list, with a run that has not begun', async () => {
    const queued = studyRun('offline', 9, { status: 'queued', checkpoints: [], progress: { step: 0, steps: 300 } });
    await expect(listTable([...studyRuns().slice(2, 4), queued])).toMatchFileSnapshot('golden/list.txt');
  });
});

describe('the picture', () => {
  const text = plotPicture(gapPicture(studyRuns(), studyReport()), plain, { columns: 100 });

  it('tells the arms apart without colour', () => {
    expect(text.match(/●/g)?.length).toBeGreaterThan(10);
    expect(text.match(/▲/g)?.length).toBeGreaterThan(10);
    expect(text).not.toMatch(/\u001b/);
  });

  it('colours change nothing but colours', () => {
    const coloured = plotPicture(gapPicture(studyRuns(), studyReport()), createColors(true), { columns: 100 });
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(text);
    expect(coloured).not.toBe(text);
  });

  it.each([60, 80, 100, 200])('keeps within %i columns', (columns) => {
    const lines = plotPicture(gapPicture(studyRuns(), studyReport()), plain, { columns }).split('\n');
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns);
  });

  it('says so when there is nothing to draw', () => {
    expect(plotPicture({ arms: [] }, plain, { columns: 80 })).toMatch(/Nothing to draw yet/);
  });
});

describe('hostile names', () => {
  it('reach the terminal as one line without escape sequences', () => {
    expect(oneLine('a\n\u001b[2Jb\tc\u0007')).toBe('a [2Jb c');
    expect(oneLine('\u001b[36mkept\u001b[0m')).toBe('\u001b[36mkept\u001b[0m');
    const text = table([{ title: 'X' }], [['one\u001b]0;title\u0007\ntwo']]);
    expect(text).toBe('X\none]0;title two\n');
  });
});

describe('tidy rows', () => {
  it('one a run, checkpoint and metric, absent as null', () => {
    const rows = tidyRows([studyRun('online', 1)]);
    expect(rows).toHaveLength(7 * 5);
    expect(rows[4]).toEqual({ run: 'online-b0.1-s1', experiment: 'study', arm: 'online', seed: 1, beta: 0.1, step: 0, metric: 'loss', value: 0.25, low: null, high: null, n: null, unit: 'none' });
  });

  it('CSV quotes what needs it (RFC 4180)', () => {
    const [row] = tidyRows([studyRun('online', 1, { name: 'a,"b"\nc' })]);
    expect(toCsv(row === undefined ? [] : [row]).split('\r\n')[1]).toBe('"a,""b""\nc",study,online,1,0.1,0,kl,0,0,0,512,nats/sequence');
  });
});

describe('progress', () => {
  it('reduces events to the state of each job', () => {
    const run = studyRun('online', 1, { progress: { step: 150, steps: 300 } });
    const events = [
      { kind: 'stage-started', stage: 'sft' },
      { kind: 'stage-progress', stage: 'sft', event: { event: 'stage', time: '', kind: 'sft', digest: '', state: 'computing', fraction: 0.5, facts: { nll: 21.4567 } } },
      { kind: 'run-started', name: run.name },
      { kind: 'run-progress', name: run.name, run },
      { kind: 'run-ended', name: 'other', result: 'blocked', message: 'the shared stage sft failed' },
    ] as const;
    const state = events.reduce<WorkState>((before, event) => advance(before, event), new Map());
    expect([...state.values()].map(jobLine)).toEqual([
      '▶ sft  nll 21.46',
      '▶ online-b0.1-s1  step 150/300  KL 4.37  win 36.1%',
      '✖ other  blocked',
    ]);
    expect(totalFraction(state, 4)).toBe(0.25);
  });
});

describe('numbers', () => {
  it.each([[5, '5 s'], [65, '1 m 05 s'], [3725, '1 h 02 m']])('%i s is %s', (seconds, text) => expect(duration(seconds)).toBe(text));
  it.each([
    [{ value: 0.123, low: -0.01, high: 0.2 }, '+12.3 pp [−1.0, +20.0]'],
    [{ value: -0.05 }, '−5.0 pp'],
    [null, '–'],
  ])('%o', (estimate, text) => expect(pointsWithInterval(estimate)).toBe(text));
});
