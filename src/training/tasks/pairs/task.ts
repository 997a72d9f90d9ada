/**
 * The user's own preference pairs as a Task. The file is read once, line by line, and only token rows are kept, so that
 * neither a giant line nor a file larger than memory does harm.
 */
import path from 'node:path';
import type { PairsTask } from '../../../core/experiment/schema';
import { END, PAD, rowLength, type TokenRows } from '../../rows';
import type { Task, TaskProblem } from '../task';
import { PairCollector } from './collector';
import { NoUsablePairsError } from './errors';
import { hashFile, readLines } from './lines';
import { splitPairs } from './split';

/** To be raised whenever the same file would give other rows, so that no cached artefact of the old ones is taken for new. */
const VERSION = 1;

export interface LoadedPairsTask extends Task {
  /** The first of the lines that were skipped, for the run's log; the counts are among the facts. */
  readonly problems: readonly TaskProblem[];
}

/**
 * Settings' `pairs` and `pretrainingResponses` do not apply: all pairs of the file (up to `maxPairs`) are used, and they
 * are all there is to learn to write from.
 * @param file absolute path of the .jsonl or .jsonl.gz file
 * @throws PairsFileError when the file cannot be read, NoUsablePairsError when fewer than two of its lines are pairs
 */
export async function loadPairsTask(spec: PairsTask, file: string): Promise<LoadedPairsTask> {
  const digest = await hashFile(file);
  const collector = await collect(spec, file);
  const encoder = collector.finish();
  const { problems, linesRead, hint } = collector;
  if (encoder.rows < 2) throw new NoUsablePairsError(file, linesRead, encoder.rows, problems, hint);
  const pairs = encoder.finish();
  const skippedBecause = problems.byReason().map(({ reason, count }) => `${count} × ${reason}`).join('; ') || 'none skipped';
  const facts = { file: path.basename(file), linesRead, linesSkipped: problems.total, skippedBecause, ...encoder.facts() };
  return {
    name: 'pairs',
    promptLength: spec.promptTokens,
    responseLength: spec.responseTokens,
    vocabulary: encoder.vocabulary.size,
    fingerprint: fingerprintOf(spec, digest),
    problems: problems.first,
    data: ({ heldOutPairs }, random) => Promise.resolve({ ...splitPairs(pairs, heldOutPairs, random), facts }),
    decodePrompt: (batch, row) => encoder.vocabulary.decode(promptTokens(batch, row)),
    decodeResponse: (batch, row) => encoder.vocabulary.decode(responseTokens(batch, row)),
  };
}

async function collect(spec: PairsTask, file: string): Promise<PairCollector> {
  const collector = new PairCollector(spec, file);
  for await (const line of readLines(file)) {
    collector.addLine(line);
    if (collector.full) break;
  }
  return collector;
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
