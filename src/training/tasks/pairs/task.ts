/**
 * The user's own preference pairs as a Task. The file is read line by line and only token rows are kept, so that neither
 * a giant line nor a file larger than memory does harm.
 */
import path from 'node:path';
import type { PairsTask } from '../../../core/experiment/schema';
import { END, PAD, rowLength, type TokenRows } from '../../rows';
import type { Task, TaskData, TaskProblem } from '../task';
import { PairCollector } from './collector';
import { NoUsablePairsError } from './errors';
import { hashFile, readLines } from './lines';
import type { PairEncoder } from './pairEncoder';
import { splitPairs } from './split';

/** To be raised whenever the same file would give other rows, so that no cached artefact of the old ones is taken for new. */
const VERSION = 1;

export interface LoadedPairsTask extends Task {
  /** The first of the lines skipped so far (complete after `data()`), for the run's log; the counts are among the facts. */
  readonly problems: readonly TaskProblem[];
}

/**
 * Settings' `pairs` and `pretrainingResponses` do not apply: all pairs of the file (up to `maxPairs`) are used, and they
 * are all there is to learn to write from. Loading reads only as far as the vocabulary needs, because every run loads
 * the task and only one process needs its data; `data()` reads the rest.
 * @param file absolute path of the .jsonl or .jsonl.gz file
 * @throws PairsFileError when the file cannot be read, NoUsablePairsError when fewer than two of its lines are pairs;
 *   `data()` throws the same for what comes to light only then
 */
export async function loadPairsTask(spec: PairsTask, file: string): Promise<LoadedPairsTask> {
  const digest = await hashFile(file);
  let reading = await read(spec, file, (collector) => collector.hasVocabulary);
  const { vocabulary } = reading.encoder;
  return {
    name: 'pairs',
    promptLength: spec.promptTokens,
    responseLength: spec.responseTokens,
    vocabulary: vocabulary.size,
    fingerprint: fingerprintOf(spec, digest),
    get problems() {
      return reading.collector.problems.first;
    },
    async data({ heldOutPairs }, random) {
      if (!reading.complete) reading = await read(spec, file, () => false);
      return { ...splitPairs(reading.encoder.finish(), heldOutPairs, random), facts: factsOf(file, reading) };
    },
    decodePrompt: (batch, row) => vocabulary.decode(promptTokens(batch, row)),
    decodeResponse: (batch, row) => vocabulary.decode(responseTokens(batch, row)),
  };
}

interface Reading {
  readonly collector: PairCollector;
  readonly encoder: PairEncoder;
  /** All that the specification asks for was read. */
  readonly complete: boolean;
}

async function read(spec: PairsTask, file: string, enough: (collector: PairCollector) => boolean): Promise<Reading> {
  const collector = new PairCollector(spec, file);
  let complete = true;
  for await (const line of readLines(file)) {
    collector.addLine(line);
    if (collector.full) break;
    if (enough(collector)) {
      complete = false;
      break;
    }
  }
  const encoder = collector.finish();
  if (encoder.rows < 2 && complete) throw new NoUsablePairsError(file, collector.linesRead, encoder.rows, collector.problems, collector.hint);
  return { collector, encoder, complete };
}

function factsOf(file: string, { collector: { problems, linesRead }, encoder }: Reading): TaskData['facts'] {
  const skippedBecause = problems.byReason().map(({ reason, count }) => `${count} × ${reason}`).join('; ') || 'none skipped';
  return { file: path.basename(file), linesRead, linesSkipped: problems.total, skippedBecause, ...encoder.facts() };
}

function fingerprintOf({ promptTokens, responseTokens, vocabulary, maxPairs }: PairsTask, digest: string): string {
  return `pairs@${VERSION} P${promptTokens} R${responseTokens} V${vocabulary} max:${maxPairs ?? 'all'} sha256:${digest}`;
}

function promptTokens(batch: TokenRows, row: number): Int32Array {
  const start = row * rowLength(batch);
  return batch.tokens.subarray(start, start + batch.promptLength).filter((token) => token !== PAD);
}

function responseTokens(batch: TokenRows, row: number): Int32Array {
  const start = row * rowLength(batch) + batch.promptLength + 1;
  const response = batch.tokens.subarray(start, start + batch.responseLength);
  const end = response.findIndex((token) => token === END || token === PAD);
  return response.subarray(0, end < 0 ? response.length : end);
}
