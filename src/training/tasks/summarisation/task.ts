/** The built-in task as a Task: pairs of writers' responses labelled by the golden rule, generated from a seed. */
import { RandomStream } from '../../../core/random';
import { PAD, type PreferencePairs, rowLength, type TokenRows } from '../../rows';
import { RowWriter } from '../rowWriter';
import type { Task, TaskData, TaskDataSettings } from '../task';
import { drawPrompt, PROMPT_LENGTH, readablePrompt, RESPONSE_LENGTH } from './prompts';
import { summaryReward } from './reward';
import { readableResponse, VOCABULARY } from './vocabulary';
import { drawQuality, writeResponse } from './writers';

const SHAPE = { promptLength: PROMPT_LENGTH, responseLength: RESPONSE_LENGTH };

/** To be raised whenever prompts, writers or rule change, so that no cached artefact of the old ones is taken for new. */
const VERSION = 2;

export const summarisationTask: Task = {
  ...SHAPE,
  name: 'summarisation',
  vocabulary: VOCABULARY,
  fingerprint: `summarisation@${VERSION}`,
  data: (settings, random) => Promise.resolve(generate(settings, random)),
  goldenScores,
  decodePrompt: (batch, row) => readablePrompt(promptOf(batch, row).filter((token) => token !== PAD)),
  decodeResponse: (batch, row) => readableResponse(responseOf(batch, row)),
};

/**
 * Each part draws from a stream of its own: more training pairs change neither the held-out pairs nor the pre-training
 * responses, and the first pairs stay the same, so that runs with few and with many labels can be compared.
 */
function generate(settings: TaskDataSettings, random: RandomStream): TaskData {
  const seed = random.integer(2 ** 32);
  const train = drawPairs(settings.pairs, RandomStream.of(seed, 'train'));
  const heldOut = drawPairs(settings.heldOutPairs, RandomStream.of(seed, 'held-out'));
  return {
    train: train.pairs,
    heldOut: heldOut.pairs,
    pretraining: drawResponses(settings.pretrainingResponses, RandomStream.of(seed, 'pretraining')),
    facts: {
      pairs: settings.pairs,
      heldOutPairs: settings.heldOutPairs,
      pretrainingResponses: settings.pretrainingResponses,
      tiesDropped: train.ties + heldOut.ties,
    },
  };
}

/** Exactly `wanted` pairs, the better response first; pairs that the rule scores alike carry no preference and are redrawn. */
function drawPairs(wanted: number, random: RandomStream): { pairs: PreferencePairs; ties: number } {
  const chosen = new RowWriter(SHAPE, wanted);
  const rejected = new RowWriter(SHAPE, wanted);
  let ties = 0;
  while (chosen.rows < wanted) {
    const prompt = drawPrompt(random);
    const [a, b] = [writeResponse(prompt, drawQuality(random), random), writeResponse(prompt, drawQuality(random), random)];
    const difference = summaryReward(prompt, a) - summaryReward(prompt, b);
    if (difference === 0) {
      ties += 1;
    } else {
      chosen.add(prompt, difference > 0 ? a : b);
      rejected.add(prompt, difference > 0 ? b : a);
    }
  }
  return { pairs: { chosen: chosen.finish(), rejected: rejected.finish() }, ties };
}

function drawResponses(wanted: number, random: RandomStream): TokenRows {
  const rows = new RowWriter(SHAPE, wanted);
  while (rows.rows < wanted) {
    const prompt = drawPrompt(random);
    rows.add(prompt, writeResponse(prompt, drawQuality(random), random));
  }
  return rows.finish();
}

/** The golden rule, row by row. */
function goldenScores(batch: TokenRows): Float64Array {
  return Float64Array.from({ length: batch.rows }, (_, row) => summaryReward(promptOf(batch, row), responseOf(batch, row)));
}

function promptOf(batch: TokenRows, row: number): Int32Array {
  const start = row * rowLength(batch);
  return batch.tokens.subarray(start, start + batch.promptLength);
}

function responseOf(batch: TokenRows, row: number): Int32Array {
  const start = row * rowLength(batch) + batch.promptLength + 1;
  return batch.tokens.subarray(start, start + batch.responseLength);
}
