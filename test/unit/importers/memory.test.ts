/**
 * Nothing in a file makes its reader take memory that the file's own numbers do not need: lengths of gigabytes that a record claims,
 * lines and records without an end. Each log is read in a process of its own with a small heap, and its peak is compared with that
 * of a small log. Peaks of resident memory, so that buffers outside of the heap count.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import esbuild from 'esbuild';
import Pbf from 'pbf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ForeignSource } from '../../../src/importers';
import { claim, concatenated, eventFile, frame, scalars } from './support/eventWriter';
import { writeFileStore } from './support/mlflowWriter';
import { encodeRecord, framed, wandbFile } from './support/wandbWriter';

const MIB = 2 ** 20;
const HUGE = 300 * MIB;
const LARGE = 128 * MIB;
const GIGABYTES = 2 ** 31;
/** A reader may hold a line of 8 MiB or a record of 16 MiB, twice while it is put together; far less than the file. */
const ALLOWED = 64 * MIB;

const scratch = mkdtempSync(path.join(tmpdir(), 'importers-memory-'));
const program = path.join(scratch, 'read.cjs');
afterAll(() => rmSync(scratch, { recursive: true }));

interface Peak {
  readonly peak: number;
  readonly steps: readonly number[];
  readonly codes: readonly string[];
}

const READER = `
import { importLog } from './src/importers';
const [, , target, source] = process.argv;
importLog(target!, { source: source as 'jsonl' }).then(([run]) => {
  console.log(JSON.stringify({ peak: process.resourceUsage().maxRSS * 1024, steps: run!.checkpoints.map(({ step }) => step), codes: run!.warnings.map(({ code }) => code) }));
});`;

/** @throws where the process dies, as it does of a heap that is full */
const readApart = (target: string, source: ForeignSource): Peak =>
  JSON.parse(execFileSync(process.execPath, ['--max-old-space-size=64', program, target, source], { encoding: 'utf8', timeout: 60_000 })) as Peak;

/** What is there, and then nothing but zeros: most file systems store no byte of them. */
function withTail(file: string, bytes: string | Uint8Array, tail = LARGE): string {
  const folder = mkdtempSync(path.join(scratch, 'log-'));
  const log = path.join(folder, file);
  mkdirSync(path.dirname(log), { recursive: true });
  writeFileSync(log, bytes);
  truncateSync(log, statSync(log).size + tail);
  return log;
}

/** A field of bytes whose length is a lie. */
function lyingField(field: number): Uint8Array {
  const pbf = new Pbf();
  pbf.writeVarint((field << 3) | 2);
  pbf.writeVarint(GIGABYTES);
  return pbf.finish();
}

const EVENTS = 'events.out.tfevents.1700000000.host';
const events = eventFile(scalars('loss', [[1, 0.5]]));
const history = [{ history: { loss: 0.5, _step: 1 } }] as const;
const summary = (): Uint8Array => { const pbf = new Pbf(); pbf.writeBytesField(5, lyingField(1)); return pbf.finish(); };

const LOGS: readonly [string, ForeignSource, () => string, code: string][] = [
  ['a TensorBoard record that claims 2 GB', 'tensorboard', () => withTail(EVENTS, concatenated([events, claim(GIGABYTES)])), 'unfinished-record'],
  ['a TensorBoard record that claims 8 PB', 'tensorboard', () => withTail(EVENTS, concatenated([events, claim(2 ** 53)])), 'unfinished-record'],
  ['a field of a sound TensorBoard record that claims 2 GB', 'tensorboard', () => withTail(EVENTS, concatenated([events, frame(summary()), frame(lyingField(5))])), 'bad-record'],
  ['a field of a sound W&B record that claims 2 GB', 'wandb', () => withTail('run-a1.wandb', framed([encodeRecord(history[0]), lyingField(2), encodeRecord({ exit: 0 })])), 'bad-record'],
  ['W&B blocks of nothing', 'wandb', () => withTail('run-a1.wandb', wandbFile([...history, { exit: 0 }])), 'damaged-record'],
  ['a JSON line of 300 MiB', 'jsonl', () => withTail('metrics.jsonl', '{"step": 1, "loss": 0.5}\n{"step": 2, "text": "', HUGE), 'unfinished'],
  ['a line of LLaMA-Factory of 128 MiB', 'llamafactory', () => withTail('trainer_log.jsonl', '{"current_steps": 1, "loss": 0.5}\n{"current_steps": 2, "text": "'), 'unfinished'],
  ['a line of verl\'s console of 128 MiB', 'verl', () => withTail('train.log', 'step:1 - actor/pg_loss:0.5\nstep:2 - actor/pg_loss:'), 'unfinished'],
  ['a line of OpenRLHF\'s console of 128 MiB', 'openrlhf', () => withTail('train.log', 'Global step 1: {\'policy_loss\': 0.5}\nGlobal step 2: {\''), 'unfinished'],
  ['a field of CSV of 128 MiB', 'csv', () => withTail('log.csv', 'step,loss\n1,0.5\n2,"'), 'unfinished'],
  ['a header of CSV of 7 MiB of commas', 'csv', () => withTail('log.csv', `${','.repeat(7 * MIB)}\nstep,loss\n1,0.5\n`), 'log-line'],
  ['a value of MLflow of 128 MiB', 'mlflow', () => mlflow(), 'unfinished'],
];

function mlflow(): string {
  const root = mkdtempSync(path.join(scratch, 'log-'));
  writeFileStore(root, 'study', [{ id: 'a1', metrics: { loss: [[1_700_000_000_000, 0.5, 1]] } }]);
  const metric = path.join(root, '7', 'a1', 'metrics', 'loss');
  appendFileSync(metric, '1700000001000 ');
  truncateSync(metric, statSync(metric).size + LARGE);
  return root;
}

describe('memory', () => {
  let usual = 0;
  beforeAll(async () => {
    await esbuild.build({ stdin: { contents: READER, resolveDir: path.resolve(import.meta.dirname, '../../..'), loader: 'ts' }, bundle: true, platform: 'node', format: 'cjs', outfile: program, logLevel: 'error' });
    const small = path.join(scratch, 'metrics.jsonl');
    writeFileSync(small, '{"step": 1, "loss": 0.5}\n');
    usual = readApart(small, 'jsonl').peak;
    expect(existsSync(program)).toBe(true);
  });

  it.each(LOGS)('is not taken for %s, and what came before is read', (_, source, write, code) => {
    const { peak, steps, codes } = readApart(write(), source);
    expect(steps).toEqual([1]);
    expect(codes).toContain(code);
    expect((peak - usual) / MIB).toBeLessThan(ALLOWED / MIB);
  }, 60_000);

  it('is seen to be taken by one who reads the whole file', () => {
    const log = withTail('metrics.jsonl', '{"step": 1, "loss": 0.5}\n');
    const peak = Number(execFileSync(process.execPath, ['-e', `require('fs').readFileSync(${JSON.stringify(log)}).toString('latin1'); console.log(process.resourceUsage().maxRSS * 1024)`], { encoding: 'utf8' }));
    expect((peak - usual) / MIB).toBeGreaterThan(ALLOWED / MIB);
  });
});
