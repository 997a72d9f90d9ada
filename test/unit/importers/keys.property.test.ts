/** The order of keys and columns means nothing, nor do keys that nobody knows; of two rows of a step the later one counts. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ForeignSource } from '../../../src/importers';
import { importLog } from '../../../src/importers';
import { temporaryFolder } from '../runlog/support';
import { eventFile } from './support/eventWriter';
import { wandbFile } from './support/wandbWriter';

type Row = Readonly<Record<string, number | string | null | object>>;

interface Keyed {
  readonly source: ForeignSource;
  readonly file: string;
  readonly step: string;
  /** A key whose meaning is known, and two more. */
  readonly keys: readonly [string, string, string];
  /** What the format may hold beside numbers under a key. */
  readonly others: readonly (string | null | object)[];
  readonly write: (rows: readonly Row[]) => Buffer;
}

const lines = (rows: readonly Row[], line: (row: Row) => string): Buffer => Buffer.from(rows.map((row) => `${line(row)}\n`).join(''), 'utf8');
const json = (row: Row): string => JSON.stringify(row);
const python = (value: Row[string]): string => (value === null ? 'None' : typeof value === 'string' ? `'${value}'` : typeof value === 'object' ? '[1, 2]' : String(value));
const entries = (row: Row, without = 'step'): [string, Row[string]][] => Object.entries(row).filter(([key]) => key !== without);
const stepOf = (row: Row): number => Number(row.step);
const OTHERS = ['ok, é', null, [1, 'two'], {}] as const;

const FORMATS: readonly Keyed[] = [
  { source: 'trl', file: 'trainer_state.json', step: 'step', keys: ['loss', 'rewards/accuracies', 'x'], others: OTHERS, write: (rows) => Buffer.from(JSON.stringify({ max_steps: 100, unknown: [1], log_history: rows, global_step: 100 })) },
  { source: 'llamafactory', file: 'trainer_log.jsonl', step: 'current_steps', keys: ['loss', 'accuracy', 'x'], others: OTHERS, write: (rows) => lines(rows, json) },
  { source: 'jsonl', file: 'metrics.jsonl', step: 'step', keys: ['kl', 'loss', 'x'], others: OTHERS, write: (rows) => lines(rows, json) },
  { source: 'verl', file: 'run.jsonl', step: 'step', keys: ['actor/pg_loss', 'critic/score/mean', 'x'], others: OTHERS, write: (rows) => lines(rows, (row) => json({ data: Object.fromEntries(entries(row)), step: stepOf(row) })) },
  { source: 'verl', file: 'train.log', step: 'step', keys: ['actor/pg_loss', 'critic/score/mean', 'x'], others: ['a:b'], write: (rows) => lines(rows, (row) => `step:${stepOf(row)} - ${entries(row).map(([key, value]) => `${key}:${python(value).replaceAll("'", '')}`).join(' - ')}`) },
  { source: 'openrlhf', file: 'train.log', step: 'step', keys: ['policy_loss', 'reward', 'x'], others: OTHERS, write: (rows) => lines(rows, (row) => `Global step ${stepOf(row)}: {${entries(row).map(([key, value]) => `'${key}': ${python(value)}`).join(', ')}}`) },
  { source: 'wandb', file: 'run-a1.wandb', step: '_step', keys: ['train/loss', 'eval/rewards/accuracies', 'x'], others: OTHERS, write: (rows) => Buffer.from(wandbFile(rows.map((history) => ({ history })))) },
  { source: 'tensorboard', file: 'events.out.tfevents.1700000000.host', step: 'step', keys: ['train/loss', 'eval/loss', 'x'], others: [], write: (rows) => Buffer.from(eventFile(rows.map((row) => ({ step: stepOf(row), values: entries(row).map(([tag, simple]) => ({ tag, simple: simple as number })) })))) },
];
const named = FORMATS.map((format) => [`${format.source}, ${format.file}`, format] as const);

const quarter = fc.integer({ min: -400, max: 400 }).map((of) => of / 4);
/** Steps may come twice, as after a restart. */
const aRow = fc.record({ step: fc.integer({ min: 1, max: 6 }), values: fc.array(fc.option(quarter, { freq: 4 }), { minLength: 3, maxLength: 3 }), order: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), other: fc.nat(3) });

describe.each(named)('%s', (_name, { source, file, step, keys, others, write }) => {
  const read = async (rows: readonly Row[]): Promise<object[]> => {
    const log = path.join(temporaryFolder(), file);
    writeFileSync(log, write(rows));
    const runs = await importLog(log, { source });
    return runs.flatMap(({ checkpoints, beta, objective, status }) => [{ beta, objective, status }, ...checkpoints.map(({ step: at, raw, metrics }) => ({ at, raw, metrics }))]);
  };

  it('reads the same in any order, with and without keys that are no numbers', async () => {
    await fc.assert(fc.asyncProperty(fc.array(aRow, { minLength: 1, maxLength: 12 }), async (rows) => {
      const known = rows.map(({ step: at, values }): Row => ({ [step]: at, ...Object.fromEntries(keys.flatMap((key, i) => (values[i] === null || values[i] === undefined ? [] : [[key, values[i]]]))) }));
      const mixed = known.map((row, i): Row => {
        const all = [...Object.entries(row), ...(others.length === 0 ? [] : [['unknown', others[rows[i]!.other % others.length]!] as const])];
        return Object.fromEntries(rows[i]!.order.flatMap((at) => (all[at] === undefined ? [] : [all[at]])));
      });
      fc.pre(known.every((row) => Object.keys(row).length > 1));
      expect(await read(mixed)).toEqual(await read(known));
    }), { numRuns: 40 });
  });

  it('of two rows of a step takes the later value, whatever keys the rows between have', async () => {
    const [a, b] = keys;
    const rows = [{ [step]: 1, [a]: 1, [b]: 5 }, { [step]: 1, [b]: 3 }, { [step]: 1, [b]: 2, [a]: 4 }, { [step]: 2, [a]: 7 }];
    expect(await read(rows)).toMatchObject([{}, { at: 1, raw: { [a]: 4, [b]: 2 } }, { at: 2, raw: { [a]: 7 } }]);
  });
});

describe('columns of a table', () => {
  const aCell = fc.option(quarter.map(String), { nil: '' });
  it('read the same in any order, with a mapping beside it', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(aCell, aCell), { minLength: 1, maxLength: 8 }), fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), fc.constantFrom(',', ';', '\t', '|'), async (cells, order, delimiter) => {
      const table = [['iter', 'won', 'text', 'judged'], ...cells.map(([won, judged], i) => [String(i + 1), won, 'a b', judged])];
      const read = async (columns: readonly number[]): Promise<unknown> => {
        const log = path.join(temporaryFolder(), 'log.csv');
        writeFileSync(log, table.map((row) => `${columns.map((at) => row[at]).join(delimiter)}\n`).join(''));
        writeFileSync(`${log}.mapping.json`, '{"step": "iter", "sampling": "online", "metrics": {"winRate": {"column": "won", "n": "judged", "scale": 0.5}}}');
        const [run] = await importLog(log, { source: 'csv' });
        return [run?.sampling, run?.checkpoints];
      };
      expect(await read(order)).toEqual(await read([0, 1, 2, 3]));
    }), { numRuns: 40 });
  });
});
