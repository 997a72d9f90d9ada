/** A task made of prompts, writers and a hidden rule: pairs of writers' responses labelled by the rule, generated from a seed. */
import { RandomStream } from '../../../core/random';
import type { BuiltInTask } from '../../../core/experiment/schema';
import { END, PAD, type PreferencePairs, rowLength, type TokenRows } from '../../rows';
import { RowWriter } from '../rowWriter';
import type { Task, TaskData, TaskDataSettings } from '../task';
import { drawPrompt, type Prompt, PROMPT_LENGTH, RESPONSE_LENGTH } from './prompts';
import { readableResponse, VOCABULARY, type Words } from './vocabulary';

const SHAPE = { promptLength: PROMPT_LENGTH, responseLength: RESPONSE_LENGTH };

/** Response tokens before the end token, at most RESPONSE_LENGTH − 1 of them. */
export type Draft = readonly number[];

export interface RuledTask {
  readonly name: BuiltInTask;
  /** To be raised whenever prompts, writers or rule change, so that no cached artefact of the old ones is taken for new. */
  readonly version: number;
  readonly word: Words;
  /** A prompt without padding, as a person reads it. */
  readonly readablePrompt: (prompt: ArrayLike<number>) => string;
  /** The hidden rule: higher is better. */
  readonly reward: (prompt: ArrayLike<number>, response: ArrayLike<number>) => number;
  /** One response of a writer drawn anew. */
  readonly write: (prompt: Prompt, random: RandomStream) => Draft;
  /** The two responses of a pair; absent: two writers independent of each other. */
  readonly writeTwo?: (prompt: Prompt, random: RandomStream) => readonly [Draft, Draft];
}

export function ruledTask(ruled: RuledTask): Task {
  return {
    ...SHAPE,
    name: ruled.name,
    vocabulary: VOCABULARY,
    fingerprint: `${ruled.name}@${ruled.version}`,
    data: (settings, random) => Promise.resolve(generate(ruled, settings, random)),
    goldenScores: (batch) => Float64Array.from({ length: batch.rows }, (_, row) => ruled.reward(promptOf(batch, row), responseOf(batch, row))),
    decodePrompt: (batch, row) => ruled.readablePrompt(promptOf(batch, row).filter((token) => token !== PAD)),
    decodeResponse: (batch, row) => readableResponse(responseOf(batch, row), ruled.word),
  };
}

/**
 * Each part draws from a stream of its own: more training pairs change neither the held-out pairs nor the pre-training
 * responses, and the first pairs stay the same, so that runs with few and with many labels can be compared.
 */
function generate(ruled: RuledTask, settings: TaskDataSettings, random: RandomStream): TaskData {
  const seed = random.integer(2 ** 32);
  const train = drawPairs(ruled, settings.pairs, RandomStream.of(seed, 'train'));
  const heldOut = drawPairs(ruled, settings.heldOutPairs, RandomStream.of(seed, 'held-out'));
  return {
    train: train.pairs,
    heldOut: heldOut.pairs,
    pretraining: drawResponses(ruled, settings.pretrainingResponses, RandomStream.of(seed, 'pretraining')),
    facts: {
      pairs: settings.pairs,
      heldOutPairs: settings.heldOutPairs,
      pretrainingResponses: settings.pretrainingResponses,
      tiesDropped: train.ties + heldOut.ties,
    },
  };
}

/** Exactly `wanted` pairs, the better response first; pairs that the rule scores alike carry no preference and are redrawn. */
function drawPairs(ruled: RuledTask, wanted: number, random: RandomStream): { pairs: PreferencePairs; ties: number } {
  const { write, reward, writeTwo = (prompt) => [write(prompt, random), write(prompt, random)] } = ruled;
  const chosen = new RowWriter(SHAPE, wanted);
  const rejected = new RowWriter(SHAPE, wanted);
  let ties = 0;
  while (chosen.rows < wanted) {
    const prompt = drawPrompt(random);
    const [a, b] = writeTwo(prompt, random).map(ended) as [number[], number[]];
    const difference = reward(prompt, a) - reward(prompt, b);
    if (difference === 0) {
      ties += 1;
    } else {
      chosen.add(prompt, difference > 0 ? a : b);
      rejected.add(prompt, difference > 0 ? b : a);
    }
  }
  return { pairs: { chosen: chosen.finish(), rejected: rejected.finish() }, ties };
}

function drawResponses({ write }: RuledTask, wanted: number, random: RandomStream): TokenRows {
  const rows = new RowWriter(SHAPE, wanted);
  while (rows.rows < wanted) {
    const prompt = drawPrompt(random);
    rows.add(prompt, ended(write(prompt, random)));
  }
  return rows.finish();
}

/** Writers that ran on are cut where the end token still fits. */
const ended = (draft: Draft): number[] => [...draft.slice(0, RESPONSE_LENGTH - 1), END];

function promptOf(batch: TokenRows, row: number): Int32Array {
  const start = row * rowLength(batch);
  return batch.tokens.subarray(start, start + batch.promptLength);
}

function responseOf(batch: TokenRows, row: number): Int32Array {
  const start = row * rowLength(batch) + batch.promptLength + 1;
  return batch.tokens.subarray(start, start + batch.responseLength);
}
