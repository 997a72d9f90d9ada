/** Some rows of the study's own task, and how many it has in all, in a second at most. */
import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { RandomStream } from '../../core/random';
import type { RunConfig } from '../../core/experiment/config';
import type { PairsTask } from '../../core/experiment/schema';
import type { PreferencePairs, TokenRows } from '../rows';
import { concatRows } from '../rows';
import { heldOutPairs } from '../stages/plan';
import { loadTask, type Task, type TaskData } from '../tasks';
import { PAIRS_TO_LEARN_FROM } from '../tasks/pairs/collector';
import { heldOutQuota } from '../tasks/pairs/split';
import { timed } from './timer';

export interface BenchData {
  readonly pairs: PreferencePairs;
  /** What the reference policy is trained on. */
  readonly supervised: TokenRows;
  /** Pairs of the whole study, and what its stage `data` takes. */
  readonly whole: { readonly train: number; readonly heldOut: number; readonly seconds: number };
}

/** Drawn to be measured on; their lengths stand for all. */
const SAMPLE = { pairs: 512, heldOutPairs: 64, pretrainingResponses: 512 };
/** A larger file of pairs is judged by its beginning. */
const WHOLE_FILE_BYTES = 2 * 1024 * 1024;

/** @param loading seconds that loading the task took */
export async function benchData(config: RunConfig, task: Task, loading: number): Promise<BenchData> {
  const spec = config.task;
  if (typeof spec === 'string') return builtIn(config, task);
  if (statSync(spec.pairs).size > WHOLE_FILE_BYTES) return beginning(config, spec, loading);
  const { value, seconds } = await timed(() => task.data({ ...SAMPLE, heldOutPairs: heldOutPairs(config) }, stream()));
  return { ...rowsOf(value), whole: { train: value.train.chosen.rows, heldOut: value.heldOut.chosen.rows, seconds } };
}

const stream = (): RandomStream => RandomStream.of(1, 'bench data');

const rowsOf = ({ train, pretraining }: TaskData) => ({ pairs: train, supervised: pretraining ?? concatRows(train.chosen, train.rejected) });

async function builtIn(config: RunConfig, task: Task): Promise<BenchData> {
  // Twice: the first time compiles.
  await task.data(SAMPLE, stream());
  const { value, seconds } = await timed(() => task.data(SAMPLE, stream()));
  const [train, heldOut] = [config.stages.pairs, heldOutPairs(config)];
  const responses = ({ pairs, heldOutPairs: held, pretrainingResponses }: typeof SAMPLE) => 2 * (pairs + held) + pretrainingResponses;
  const whole = responses({ pairs: train, heldOutPairs: heldOut, pretrainingResponses: config.stages.pretrainingResponses });
  return { ...rowsOf(value), whole: { train, heldOut, seconds: (seconds * whole) / responses(SAMPLE) } };
}

async function beginning(config: RunConfig, spec: PairsTask, loading: number): Promise<BenchData> {
  const part = await loadTask({ ...spec, maxPairs: Math.min(spec.maxPairs ?? Infinity, SAMPLE.pairs) });
  const value = await part.data(SAMPLE, stream());
  const { linesRead, linesSkipped } = value.facts;
  const usable = 1 - Number(linesSkipped ?? 0) / Math.max(1, Number(linesRead ?? 1));
  const all = Math.min(spec.maxPairs ?? Infinity, Math.round(usable * (await linesIn(spec.pairs))));
  const heldOut = heldOutQuota(all, heldOutPairs(config));
  // Loading the task read the pairs that its vocabulary is learnt from.
  return { ...rowsOf(value), whole: { train: all - heldOut, heldOut, seconds: (loading * all) / PAIRS_TO_LEARN_FROM } };
}

/** Lines of a file, compressed or not, by how close they lie in its first part. */
export async function linesIn(file: string, bytes = 256 * 1024): Promise<number> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(bytes, size)), 0, Math.min(bytes, size), 0);
    const isCompressed = buffer[0] === 0x1f && buffer[1] === 0x8b;
    const text = isCompressed ? gunzipSync(buffer.subarray(0, bytesRead), { finishFlush: constants.Z_SYNC_FLUSH }) : buffer.subarray(0, bytesRead);
    const lines = text.reduce((count, byte) => count + Number(byte === 0x0a), 0);
    return Math.round((Math.max(1, lines) * size) / Math.max(1, bytesRead));
  } finally {
    await handle.close();
  }
}
