/**
 * Damaged inputs of the binary formats: none may throw or hang, and what is read must make a run. Half of the inputs are damaged
 * files, which checksums mostly catch; half are damaged messages in sound frames, which reach the readers of messages.
 */
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { Columns } from '../../src/importers/framing/columns';
import { rawLog as mlflowLog } from '../../src/importers/mlflow/model';
import { readMetricLine, statusOf } from '../../src/importers/mlflow/raw';
import { readStore } from '../../src/importers/mlflow/sqliteStore';
import { ImportError } from '../../src/importers/errors';
import { rawLog as eventLog } from '../../src/importers/tensorboard/model';
import { EventFile } from '../../src/importers/tensorboard/raw';
import { BlockReader } from '../../src/importers/wandb/blocks';
import { WandbLog } from '../../src/importers/wandb/history';
import { rawLog as wandbLog } from '../../src/importers/wandb/model';
import { readYaml } from '../../src/importers/yaml';
import { concatenated, encode, eventFile, frame, scalars, sessionStart, type WrittenEvent } from '../unit/importers/support/eventWriter';
import { writeDatabase } from '../unit/importers/support/mlflowWriter';
import { encodeRecord, framed, wandbFile, type WrittenRecord } from '../unit/importers/support/wandbWriter';
import { check, fuzz, TIMEOUT, type LookAt } from './support/fuzz';
import { INPUTS, mutate, type Random } from './support/mutate';

const pick = <T>(of: readonly T[], random: Random): T => of[Math.floor(random() * of.length)]!;

describe('TensorBoard', () => {
  const events: WrittenEvent[] = [
    ...scalars('train/rewards/accuracies', [[1, 0.5], [2, 0.75]]), ...scalars('eval/loss', [[2, NaN]]),
    { step: 3, values: [{ tag: 'a', tensor: { type: 1, values: [1.5] } }, { tag: 'b', tensor: { type: 19, field: 13, values: [0x3c00], packed: false } }, { tag: 'c', tensor: { type: 2, content: new Uint8Array(8), shape: [1, 1] } }] },
    { values: [{ tag: 'args/text_summary', tensor: { type: 7, text: '{"beta": 0.1, "loss_type": ["ipo"]}' }, plugin: { name: 'text' } }] },
    { values: [{ tag: '_hparams_/session_start_info', plugin: { name: 'hparams', content: sessionStart({ lr: 0.5 }) } }] },
    { step: 2, session: 1 }, { graph: new Uint8Array(20) },
  ];
  const whole = eventFile(events);
  const records = events.map(encode);

  const look: LookAt = (bytes, makesRun) => {
    const file = new EventFile();
    const { consumed } = file.take(bytes, bytes.length, 0);
    if (consumed > bytes.length || consumed < 0) throw new Error(`consumed ${consumed} of ${bytes.length}`);
    if (makesRun) check(eventLog({ path: '/logs/run', parts: [{ split: '', files: [file] }], warnings: [] }));
  };

  it(`reads ${INPUTS / 2} damaged files`, () => fuzz(INPUTS / 2, (random) => mutate(whole, random), look), TIMEOUT);
  it(`reads ${INPUTS / 2} damaged events in sound frames`, () =>
    fuzz(INPUTS / 2, (random) => concatenated([frame(mutate(pick(records, random), random)), frame(mutate(pick(records, random), random))]), look), TIMEOUT);
});

describe('W&B', () => {
  const records: WrittenRecord[] = [
    { run: { id: 'a1', project: 'p', name: 'n', startedAt: 1_700_000_000, config: { beta: 0.1, nested: { a: [1] } } } },
    { metric: { glob: '*', step: 'train/global_step' } },
    { history: { 'train/loss': 0.5, 'train/global_step': 2, _timestamp: 1.7e9, table: { _type: 'table' } }, step: 1 },
    { history: { 'train/loss': NaN, _step: 2 }, old: true }, { summary: { 'train/loss': 0.5 } }, { config: { seed: 1 } }, { exit: 1 },
  ];
  const whole = wandbFile([...records, { history: { long: 'x'.repeat(40_000), loss: 1 } }]);
  const encoded = records.map(encodeRecord);

  const look: LookAt = (bytes, makesRun) => {
    const log = new WandbLog();
    const reader = new BlockReader({
      record: (data) => {
        try {
          log.take(data);
        } catch (error) {
          if (!(error instanceof Error)) throw error; // the reader of the file tells it as a bad record
        }
      },
      problem: () => undefined,
    });
    const half = bytes.length >> 1;
    reader.push(bytes.subarray(0, half));
    reader.push(bytes.subarray(half));
    if (reader.unfinished.bytes < 0) throw new Error('a negative rest');
    if (makesRun) check(wandbLog({ path: '/logs/run', runId: 'a1', log, plain: { summary: new Map(), config: new Map(), warnings: [] }, warnings: [] }));
  };

  it(`reads ${INPUTS / 2} damaged files`, () => fuzz(INPUTS / 2, (random) => mutate(random() < 0.1 ? whole : wandbFile(records), random), look), TIMEOUT);
  it(`reads ${INPUTS / 2} damaged records in sound frames`, () => fuzz(INPUTS / 2, (random) => framed([mutate(pick(encoded, random), random), mutate(pick(encoded, random), random)]), look), TIMEOUT);
});

describe('MLflow', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'alignment-gap-fuzz-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const lines = Buffer.from('1700000000000 0.5 1\n1700000001000 nan 2\n1700000002000 -inf 3 data digest\n1700000003000 1e-05 4\n');
  const meta = Buffer.from("end_time: null\nexperiment_id: '7'\nlifecycle_stage: active\nrun_id: a1\nrun_name: 'x'\nstart_time: 1700000000000\nstatus: 3\ntags: []\n");

  it(`reads ${INPUTS} damaged files of the file store`, () => fuzz(INPUTS, (random) => mutate(random() < 0.3 ? meta : lines, random), (bytes, makesRun) => {
    const text = Buffer.from(bytes).toString('utf8');
    const columns = new Columns();
    for (const line of text.split('\n')) {
      const point = readMetricLine(line);
      if (point !== undefined) columns.push(point.step, point.value, point.time);
    }
    const status = statusOf(readYaml(text)?.['status']);
    if (!makesRun) return;
    check(mlflowLog({ path: '/mlruns/7/a1', warnings: [], run: { id: 'a1', name: '', experiment: '', deleted: false, params: new Map([['beta', text.slice(0, 40)]]), metrics: new Map([['loss', columns]]), ...(status === undefined ? {} : { status }) } }));
  }), TIMEOUT);

  // Each input is a file that SQLite opens: thousands of times slower than a message.
  const databases = Math.max(1, Math.floor(INPUTS / 500));
  it(`reads ${databases} damaged databases`, () => {
    const file = path.join(folder, 'mlflow.db');
    writeDatabase(file, 'study', [{ id: 'a1', params: { beta: '0.1' }, metrics: { loss: Array.from({ length: 200 }, (_, i) => [i, i, i] as const) } }]);
    const whole = readFileSync(file);
    return fuzz(databases, (random) => mutate(whole, random), async (bytes) => {
      writeFileSync(file, bytes);
      try {
        for (const run of (await readStore(file)).runs) check(mlflowLog({ path: file, part: run.id, run, warnings: [] }));
      } catch (error) {
        if (!(error instanceof ImportError)) throw error;
      }
    });
  }, TIMEOUT);
});
