/** `.wandb` files: what clients write comes back, whatever the damage. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { detect, follow, importLog } from '../../../../src/importers';
import { BLOCK, BlockReader, type BlockProblem } from '../../../../src/importers/wandb/blocks';
import { WandbLog } from '../../../../src/importers/wandb/history';
import { temporaryFolder } from '../../runlog/support';
import { expectedOf, needsLogs, sharedFolder } from '../support/sharedLogs';
import { encodeRecord, framed, wandbFile, type WrittenRecord } from '../support/wandbWriter';

interface Frames {
  readonly records: Uint8Array[];
  readonly problems: BlockProblem[];
  readonly reader: BlockReader;
}
function readFrames(bytes: Uint8Array, chunk = bytes.length): Frames {
  const records: Uint8Array[] = [];
  const problems: BlockProblem[] = [];
  const reader = new BlockReader({ record: (data) => records.push(data), problem: (problem) => problems.push(problem) });
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk));
  return { records, problems, reader };
}

const RUN: WrittenRecord = { run: { id: 'abc123', project: 'pairs', name: 'small', startedAt: 1_700_000_000, config: { beta: 0.1, loss_type: 'sigmoid', seed: 3, api_key: 'k-1' } } };
const ROWS: WrittenRecord[] = [10, 20, 30].map((step) => ({
  history: { 'train/rewards/accuracies': step / 100, 'train/rewards/margins': step, 'train/global_step': step, _step: step / 10, _timestamp: 1_700_000_000 + step, _runtime: step },
}));

function runFolder(records: readonly WrittenRecord[], root = temporaryFolder()): { folder: string; file: string } {
  const folder = path.join(root, 'wandb', 'offline-run-20260102_030405-abc123');
  mkdirSync(path.join(folder, 'files'), { recursive: true });
  const file = path.join(folder, 'run-abc123.wandb');
  writeFileSync(file, wandbFile(records));
  return { folder, file };
}

describe('frames', () => {
  const aRecord = fc.uint8Array({ maxLength: 300 });
  const aLongRecord = fc.nat(2 * BLOCK).map((length) => new Uint8Array(length).fill(length & 0xff));

  it('come back whole, over blocks, in chunks of any size', () => {
    fc.assert(fc.property(fc.array(fc.oneof({ weight: 9, arbitrary: aRecord }, { weight: 1, arbitrary: aLongRecord }), { maxLength: 40 }), fc.integer({ min: 50, max: 70_000 }), (records, chunk) => {
      const { records: found, problems, reader } = readFrames(framed(records), chunk);
      expect(found.length === records.length && found.every((record, i) => Buffer.compare(record, records[i]!) === 0)).toBe(true);
      expect([problems, reader.unfinished.bytes]).toEqual([[], 0]);
    }), { numRuns: 60 });
  });

  it('cut at every byte: no throw, no problem, and no whole record lost', () => {
    const records = [1, 5, 40, 0, 3].map((length) => new Uint8Array(length).fill(7));
    const bytes = framed(records);
    const ends = records.map((_, i) => framed(records.slice(0, i + 1)).length);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const { records: found, problems, reader } = readFrames(bytes.slice(0, cut));
      const whole = ends.filter((end) => end <= cut).length;
      expect([found.length, problems, reader.unfinished.bytes > 0]).toEqual([whole, [], cut > 7 && !ends.includes(cut)]);
    }
  });

  it('after damage go on with the next block, and no wrong record is read', () => {
    const records = Array.from({ length: 1200 }, (_, i) => new Uint8Array(100).fill(i & 0xff));
    const bytes = framed(records);
    fc.assert(fc.property(fc.integer({ min: 7, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = bytes.slice();
      damaged[at]! ^= flip;
      const { records: found } = readFrames(damaged);
      expect(found.every((record) => record.every((byte) => byte === record[0]))).toBe(true);
      expect(found.length).toBeGreaterThanOrEqual(records.length - Math.ceil(BLOCK / 107) - 1);
    }), { numRuns: 100 });
  });

  it('keeps memory bounded for a record that never ends', () => {
    const { problems, reader } = readFrames(framed([new Uint8Array(20 * 2 ** 20)]).slice(0, 18 * 2 ** 20));
    expect(problems).toEqual([]);
    expect(reader.unfinished.bytes).toBeGreaterThan(16 * 2 ** 20);
    expect(readFrames(framed([new Uint8Array(20 * 2 ** 20)])).problems).toEqual([{ offset: 7, message: 'a record of more than 16 MiB was passed over' }]);
  });
});

describe('runs', () => {
  it('has the history on the trainer\'s steps, the settings without secrets, and the end', async () => {
    const { folder } = runFolder([RUN, ...ROWS, { exit: 0 }]);
    const [run] = await importLog(folder);
    expect(run).toMatchObject({ source: 'wandb', name: 'small', experiment: 'pairs', status: 'finished', beta: 0.1, seed: 3, objective: 'dpo', createdAt: '2023-11-14T22:13:20.000Z' });
    expect(run!.checkpoints.map(({ step, metrics }) => [step, metrics.trainAccuracy?.value])).toEqual([[10, 0.1], [20, 0.2], [30, 0.3]]);
    expect(Object.keys(run!.checkpoints[0]!.raw).filter((key) => key.startsWith('_'))).toEqual([]);
    expect(JSON.stringify(run)).not.toMatch(/k-1|somebody/);
  });

  it.each<[string, WrittenRecord[], (readonly [number, number | undefined])[]]>([
    ['a declared step metric', [{ metric: { glob: '*', step: 'updates' } }, { history: { loss: 1, updates: 5, _step: 0 } }, { history: { loss: 2, _step: 1 } }, { history: { loss: 3, updates: 6, _step: 2 } }], [[5, 2], [6, 3]]],
    ['W&B\'s own step', [{ history: { loss: 1, _step: 4 } }, { history: { loss: 2 }, step: 9 }], [[4, 1], [9, 2]]],
    ['the keys of older clients', [{ history: { loss: 1, _step: 1 }, old: true }], [[1, 1]]],
    ['NaN and infinities', [{ history: { loss: NaN, _step: 1 } }, { history: { loss: Infinity, _step: 2 } }], [[1, NaN], [2, Infinity]]],
    ['tables and pictures, which are no numbers', [{ history: { loss: 1, table: { _type: 'table-file', nrows: 3 }, _step: 1 } }], [[1, 1]]],
  ])('reads %s', (_, records, expected) => {
    const log = new WandbLog();
    for (const record of records) log.take(Uint8Array.from(encodeRecord(record)));
    const byStep = new Map(log.rows.rows().map(({ step, values }) => [step, values['loss']]));
    expect([...byStep]).toEqual(expected);
  });

  it.each<[string, WrittenRecord[], object]>([
    ['failed', [RUN, ...ROWS, { exit: 3 }], { status: 'failed', failure: 'The process ended with code 3.' }],
    ['running', [RUN, ...ROWS], { status: 'running' }],
  ])('is %s', async (_, records, expected) => {
    expect((await importLog(runFolder(records).folder))[0]).toMatchObject(expected);
  });

  it('is read from the plain files alone, and says what is missing', async () => {
    const folder = path.join(temporaryFolder(), 'run-20260102_030405-xyz');
    mkdirSync(path.join(folder, 'files'), { recursive: true });
    writeFileSync(path.join(folder, 'files', 'wandb-summary.json'), '{"train/loss": 0.5, "eval/loss": NaN, "train/global_step": 40, "_timestamp": 1700000000.5, "_step": 9}');
    writeFileSync(path.join(folder, 'files', 'config.yaml'), 'wandb_version: 1\n_wandb:\n  value: {cli_version: 0.1}\nbeta:\n  desc: null\n  value: 0.3\n');
    const [run] = await importLog(folder);
    expect(run).toMatchObject({ source: 'wandb', name: 'xyz', config: { beta: 0.3 } });
    expect(run!.checkpoints.map(({ step, raw }) => [step, raw['train/loss']])).toEqual([[40, 0.5]]);
    expect(run!.warnings).toContainEqual(expect.objectContaining({ code: 'last-values-only' }));
  });

  it('says so when a plain file is damaged', async () => {
    const { folder } = runFolder([RUN, ...ROWS]);
    writeFileSync(path.join(folder, 'files', 'wandb-summary.json'), '{"train/loss": ');
    expect((await importLog(folder))[0]!.warnings).toContainEqual(expect.objectContaining({ code: 'unreadable-file', at: 'wandb-summary.json' }));
  });

  it('finds each run of a wandb folder once', async () => {
    const root = temporaryFolder();
    const { file } = runFolder([RUN, ...ROWS], root);
    const found = await detect(root);
    expect(found.map(({ source, path: at }) => [source, at])).toEqual([['wandb', path.dirname(file)]]);
    expect((await detect(file))[0]).toMatchObject({ source: 'wandb', confidence: 1 });
  });
});

describe('a file that is being written', () => {
  it('is followed from the last whole record, its torn tail told', async () => {
    const { folder, file } = runFolder([RUN, ROWS[0]!]);
    const log = follow(folder);
    expect((await log.refresh())[0]!.checkpoints).toHaveLength(1);
    expect(await log.refresh()).toEqual([]);
    const rest = wandbFile([RUN, ...ROWS]).slice(readFileSync(file).length);
    appendFileSync(file, rest.slice(0, 30));
    expect((await log.refresh())[0]!.warnings).toContainEqual(expect.objectContaining({ code: 'unfinished-record' }));
    appendFileSync(file, rest.slice(30));
    const [run] = await log.refresh();
    expect(run!.checkpoints).toHaveLength(3);
    expect(run!.warnings.map(({ code }) => code)).not.toContain('unfinished-record');
    writeFileSync(file, wandbFile([RUN, ROWS[2]!]));
    expect((await log.refresh())[0]!.checkpoints.map(({ step }) => step)).toEqual([30]);
  });
});

interface Expected {
  readonly bytes: number;
  readonly consumed: number;
  readonly exit_code: number;
  readonly first_history: Readonly<Record<string, number>> | null;
  readonly history_keys: Readonly<Record<string, number>>;
  readonly last_history: Readonly<Record<string, number>> | null;
  /** Of the history's items, those that newer clients wrote. */
  readonly nested_key_items: number;
  readonly physical: Readonly<Record<string, number>>;
  readonly records: Readonly<Record<string, number>>;
  readonly stop: string | null;
  readonly unfinished_last_record: boolean;
}

describe('a real file', () => {
  const expected = expectedOf<Expected>('logs', /\.wandb$/);
  test('is there', (context) => {
    needsLogs(context);
    expect(expected.length).toBeGreaterThan(0);
  });
  it.each(expected)('%s: every number', (file, entry) => {
    const bytes = readFileSync(path.join(sharedFolder('logs')!, file));
    const { records: found, problems, reader } = readFrames(bytes, 1000);
    const log = new WandbLog();
    for (const record of found) log.take(Uint8Array.from(record));
    const rows = log.rows.rows();
    const measured: Expected = {
      bytes: bytes.length, consumed: bytes.length - reader.unfinished.bytes, exit_code: log.exitCode!,
      first_history: rows[0]?.values ?? null, last_history: rows.at(-1)?.values ?? null, history_keys: Object.fromEntries(log.keys),
      nested_key_items: log.kinds.has('history') ? NaN : 0, // counted by none of our readers; the one real file has no history
      physical: Object.fromEntries([...reader.pieceTypes].map(([type, count]) => [String(type), count])), records: Object.fromEntries(log.kinds),
      stop: problems[0]?.message ?? null, unfinished_last_record: reader.unfinished.bytes > 0,
    };
    expect(measured).toEqual(entry);
  });
});
