/** What the benchmark's driver concludes from what engines answer. */
import { describe, expect, test } from 'vitest';
import { disagreements } from '../../bench/driver/agreement';
import { ENGINES, readOptions } from '../../bench/driver/options';
import { HISTORY_MARK, historyEntry, textTable, withHistoryEntry, type BenchRecord } from '../../bench/driver/report';
import { figureOf } from '../../bench/driver/rounds';
import type { Computed } from '../../bench/engine/contract';

const OURS: Computed = { losses: { lm: [4.1, 4.0], ipo: [0.3, 0.2], study: [0.5, 0.4] }, greedy: Array.from({ length: 200 }, (_, i) => i % 7), scores: [1, -2], known: [-30] };

describe('agreement', () => {
  test.each<[string, Partial<Computed>, string[]]>([
    ['the same', {}, []],
    ['rounding', { scores: [1.00005, -2] }, []],
    ['fewer losses', { losses: { lm: [4.1], ipo: [0.3], study: [0.5] } }, []],
    ['one greedy token in a hundred', { greedy: OURS.greedy.map((token, i) => (i < 2 ? 9 : token)) }, []],
    ['another loss', { losses: { ...OURS.losses, ipo: [0.3, 0.2002] } }, ['loss of ipo 2 is 0.2002, ours 0.2']],
    ['another reference', { known: [-30.01] }, ['reference log-probability 1 is -30.01, ours -30']],
    ['no loss', { losses: { ...OURS.losses, lm: [] } }, ['loss of lm is missing']],
    ['not a number', { scores: [Number.NaN, -2] }, ["judge's score 1 is NaN, ours 1"]],
    ['other tokens', { greedy: OURS.greedy.map((token, i) => (i < 3 ? 9 : token)) }, ['3 of 200 greedy tokens differ']],
    ['fewer tokens', { greedy: OURS.greedy.slice(1) }, [expect.stringContaining('greedy tokens differ') as string]],
  ])('%s', (_, changed, expected) => expect(disagreements(OURS, { ...OURS, ...changed })).toEqual(expected));
});

test('a figure is the median with its range', () => {
  expect(figureOf([3, 1, 10, 2, 4], 6)).toEqual({ median: 3, low: 1, high: 10, calls: 6 });
});

const RECORD: BenchRecord = {
  time: '2026-01-02T03:04:05.000Z',
  commit: 'abc1234',
  machine: { cpu: 'A processor', cores: 2, platform: 'linux-x64', node: 'v20.0.0' },
  rounds: 5,
  engines: [
    { name: 'ours', kernels: 'own', versions: { tfjs: '4.22.0' }, figures: { lm: figureOf([10], 3), ipo: figureOf([200], 1) } },
    { name: 'plain', kernels: 'stock', versions: { tfjs: '4.22.0' }, figures: { lm: figureOf([25], 1) } },
  ],
  absent: [{ name: 'trl', reason: 'no python3' }],
};

describe('report', () => {
  test('table with ratios to the first engine; a missing figure is a dash', () => {
    expect(textTable(RECORD, ['lm', 'ipo']).split('\n').map((line) => line.trimEnd().replace(/ {2,}/g, ' | '))).toEqual([
      'processor ms a call | ours | plain',
      'language-model step, 64 × 32 tokens | 10.0 [10.0–10.0] | 25.0 [25.0–25.0] (×2.50)',
      'IPO step with reference pass, 32 pairs | 200 [200–200] | –',
    ]);
  });

  test('history entry names machine, kernels, figures and what is absent', () => {
    const entry = historyEntry(RECORD, ['lm']);
    expect(entry).toContain('### 2026-01-02, abc1234');
    expect(entry).toContain('A processor, 2 cores, linux-x64, Node v20.0.0; median of 5 rounds. ours: own, tfjs 4.22.0; plain: stock, tfjs 4.22.0.');
    expect(entry).toContain('| language-model step, 64 × 32 tokens | 10.0 | 25.0 (×2.50) |');
    expect(entry).toContain('Not measured: trl (no python3).');
  });

  test('a new entry stands above the older ones', () => {
    const page = withHistoryEntry(withHistoryEntry(`# Page\n\n${HISTORY_MARK}\n`, 'old'), 'new');
    expect(page).toBe(`# Page\n\n${HISTORY_MARK}\n\nnew\n\nold\n`);
    expect(() => withHistoryEntry('# Page\n', 'new')).toThrow(HISTORY_MARK);
  });
});

describe('options', () => {
  test('ours is measured whatever is asked for', () => {
    expect(readOptions(['--only', 'pytorch']).only).toEqual(['ours', 'pytorch']);
    expect(readOptions([]).only).toEqual([...ENGINES]);
  });
  test.each([[['--only', 'jax'], '"jax" is none of'], [['--workloads', 'lm,dance'], '"dance" is none of'], [['--rounds', 'many'], '--rounds needs a number'], [['--budget', '0'], '--budget needs a number']])(
    '%s', (args, message) => expect(() => readOptions(args)).toThrow(message),
  );
});
