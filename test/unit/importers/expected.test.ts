/**
 * EXPECTED.json of the real logs and of those that TRL wrote here, entry by entry and number by number: each entry is made anew with
 * the readers and must be the same, fields that a later version adds included. And every damaged copy, with the place of its damage.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { Run } from '../../../src/core/run/types';
import { importLog } from '../../../src/importers';
import { jsonLine } from '../../../src/importers/lines/jsonLine';
import { LogLines } from '../../../src/importers/llamafactory/read';
import { readState } from '../../../src/importers/trl/state';
import { expectedOf, needsLogs, sharedFolder } from './support/sharedLogs';

type Row = Readonly<Record<string, unknown>>;

const EVENTS = /tfevents/;
const STATES = /trainer_state\.json$/;
const LINES = /trainer_log\.jsonl$/;
const WANDB = /\.wandb$/;

/** As Python would write it into JSON: what is no number, as text. */
const plain = (row: Row = {}): Row => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, typeof value === 'number' && !Number.isFinite(value) ? String(value) : value]));
const countKeys = (rows: readonly Row[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const key of rows.flatMap((row) => Object.keys(row))) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
};
const KINDS: Readonly<Record<string, string>> = { dpo: 'dpo-or-ipo', ipo: 'dpo-or-ipo', grpo: 'grpo-or-rloo', rloo: 'grpo-or-rloo', 'online-dpo': 'online-dpo', 'reward-model': 'reward-model' };

function measureState(file: string, run: Run): object {
  const { state } = readState(readFileSync(file, 'utf8'), 'trainer_state.json');
  const rows = state!.logHistory;
  const values = rows.flatMap((row) => Object.values(row));
  return {
    bytes: statSync(file).size, entries: rows.length,
    eval_entries: rows.filter((row) => Object.keys(row).some((key) => key.startsWith('eval_'))).length,
    train_entries: rows.filter((row) => 'loss' in row).length,
    keys: countKeys(rows), first: plain(rows[0]), last: plain(rows.at(-1)),
    global_step: state!.globalStep, max_steps: state!.maxSteps,
    nonfinite_values: values.filter((value) => typeof value === 'number' && !Number.isFinite(value)).length,
    strings: values.filter((value) => typeof value === 'string').length,
    kind: KINDS[run.objective] ?? 'other',
  };
}

/** All numbers of a log by step, by another way than the importer's: the later entry of a step wins. */
function numbersByStep(rows: readonly Row[], stepKey: string): Map<unknown, Map<string, number>> {
  const steps = new Map<unknown, Map<string, number>>();
  for (const row of rows) {
    const numbers = steps.get(row[stepKey]) ?? new Map<string, number>();
    for (const [key, value] of Object.entries(row)) {
      const number = typeof value === 'string' && /^-?(NaN|Infinity)$/.test(value) ? Number(value) : value;
      if (typeof number === 'number' && key !== stepKey) numbers.set(key, number);
    }
    steps.set(row[stepKey], numbers);
  }
  return steps;
}

const rawByStep = ({ checkpoints }: Run, without: readonly string[] = []): Map<unknown, Map<string, number>> =>
  new Map(checkpoints.map(({ step, raw }) => [step, new Map(Object.entries(raw).filter(([key]) => !without.includes(key)))]));

/** Python's JSON, for `JSON.parse`: no text of these states holds the words. */
const pythonJson = (text: string): unknown => JSON.parse(text.replace(/-?\b(?:NaN|Infinity)\b/g, '"$&"'));

describe.each(['logs', 'generated'] as const)('EXPECTED.json of shared/data/%s', (folder) => {
  const root = sharedFolder(folder) ?? '';

  test('has no entry that no test is for', (context) => {
    needsLogs(context, folder);
    const names = expectedOf(folder, /./).map(([name]) => name);
    expect(names.length).toBeGreaterThan(19);
    // Event files and W&B's: in tensorboard/realLogs.test.ts and wandb/wandb.test.ts.
    expect(names.filter((name) => ![EVENTS, STATES, LINES, WANDB].some((mark) => mark.test(name)))).toEqual([]);
  });

  test('has an entry for every log there is', (context) => {
    needsLogs(context, folder);
    const names = expectedOf(folder, /./).map(([name]) => name);
    const logs = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll(path.sep, '/')).filter((name) => [EVENTS, STATES, LINES, WANDB].some((mark) => mark.test(name)));
    expect(logs.sort()).toEqual(names.sort());
  });

  it.each(expectedOf<object>(folder, STATES))('%s: the entry, and every number as a run', async (name, expected) => {
    const file = path.join(root, name);
    const [run] = await importLog(file);
    expect(measureState(file, run!)).toEqual(expected);
    const { log_history: rows, max_steps: steps, global_step: step } = pythonJson(readFileSync(file, 'utf8')) as { log_history: Row[]; max_steps: number; global_step: number };
    expect(rawByStep(run!)).toEqual(numbersByStep(rows, 'step'));
    expect(run!.progress).toEqual({ step, steps });
  });

  it.each(expectedOf<{ lines: number; unparsed: number }>(folder, LINES))('%s: the entry, and every number as a run', async (name, expected) => {
    const file = path.join(root, name);
    const texts = readFileSync(file, 'utf8').replace('\ufeff', '').split(/\r?\n/).filter((line) => line !== '');
    const rows = texts.flatMap((text) => {
      const line = jsonLine(text);
      return 'object' in line ? [line.object] : [];
    });
    const log = new LogLines();
    for (const text of texts) log.take(text);
    expect({ bytes: statSync(file).size, lines: texts.length, parsed: rows.length, unparsed: texts.length - rows.length, keys: countKeys(rows), first: plain(rows[0]), last: plain(rows.at(-1)), exact_duplicates: log.duplicates }).toEqual(expected);
    const [run] = await importLog(file);
    expect(rawByStep(run!)).toEqual(numbersByStep(rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => key !== 'total_steps'))), 'current_steps'));
    expect(run!.progress?.steps).toBe(rows.at(-1)!.total_steps);
    expect(run!.warnings.filter(({ code }) => code === 'unfinished').map(({ at }) => at)).toEqual(expected.unparsed === 0 ? [] : [`trainer_log.jsonl:${expected.lines}`]);
  });
});

const EVENT_FILE = 'events.out.tfevents.1710048327.linux-pc.16735.0';
const AT = `${EVENT_FILE}, byte 52507`;

describe('damaged copies', () => {
  const DAMAGE: readonly [folder: string, points: number, warnings: readonly string[]][] = [
    ['tf-bad-data-crc', 100, [`damaged-record ${AT}`]],
    ['tf-bad-length-crc', 100, [`damaged-record ${AT}`]],
    ['tf-huge-length', 100, [`damaged-record ${AT}`]],
    ['tf-truncated-in-data', 100, [`unfinished-record ${AT}`]],
    ['tf-truncated-in-header', 100, [`unfinished-record ${AT}`]],
    ['tf-empty', 0, []],
    ['tf-restart', 200, ['restarted']],
    ['state-infinity', 100, ['not-a-number rewards/margins']],
    ['jsonl-partial-last-line', 201, ['unfinished trainer_log.jsonl:202']],
    ['jsonl-crlf-bom', 202, []],
  ];
  /** About reading, rather than about what the numbers mean. */
  const OF_READING = /^(damaged|unfinished|restarted|log-line|bad-|not-a-number)/;

  test('are all listed here', (context) => {
    const derived = path.join(needsLogs(context), '_derived');
    expect(readdirSync(derived).filter((name) => !name.endsWith('.json')).sort()).toEqual(DAMAGE.map(([name]) => name).sort());
  });

  it.for(DAMAGE)('%s: %i points before the damage, and where it is', async ([folder, points, warnings], context) => {
    const [run, ...more] = await importLog(path.join(needsLogs(context), '_derived', folder));
    expect(more).toEqual([]);
    expect(run!.checkpoints.length).toBe(points);
    expect(run!.warnings.filter(({ code }) => OF_READING.test(code)).map(({ code, at }) => [code, ...(at === undefined ? [] : [at])].join(' '))).toEqual(warnings);
  });
});
