import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../../../src/core/random';
import { END, PAD, responseMask, rowLength, SEPARATOR, type TokenRows } from '../../../../../src/training/rows';
import { CONTENT_TOKENS, FORMAT_TOKENS, within } from '../../../../../src/training/tasks/summarisation/vocabulary';
import { summarisationTask as task } from '../../../../../src/training/tasks/summarisation/task';
import { drawQuality } from '../../../../../src/training/tasks/summarisation/writers';

const SMALL = { pairs: 20, heldOutPairs: 10, pretrainingResponses: 15 };
const generate = (seed: number, settings = SMALL) => task.data(settings, RandomStream.of(seed, 'data'));
const scores = (rows: TokenRows): Float64Array => {
  if (!task.goldenScores) throw new Error('the built-in task has a rule');
  return task.goldenScores(rows);
};
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

function expectWellFormed(rows: TokenRows): void {
  const length = rowLength(rows);
  expect(rows.tokens.length).toBe(rows.rows * length);
  for (let row = 0; row < rows.rows; row += 1) {
    const tokens = Array.from(rows.tokens.subarray(row * length, (row + 1) * length));
    const [format = 0, ...words] = tokens.slice(0, task.promptLength);
    expect(within(FORMAT_TOKENS, format)).toBe(true);
    expect(words.every((token) => within(CONTENT_TOKENS, token))).toBe(true);
    expect(new Set(words).size).toBe(5);
    expect(tokens[task.promptLength]).toBe(SEPARATOR);
    const response = tokens.slice(task.promptLength + 1);
    const end = response.indexOf(END);
    expect(end).toBeGreaterThanOrEqual(1);
    expect(response.slice(0, end).every((token) => token > END && token < task.vocabulary)).toBe(true);
    expect(response.slice(end + 1).every((token) => token === PAD)).toBe(true);
  }
}

describe('summarisation task', () => {
  test('reads as it did when it was written down', async () => {
    const { train } = await generate(1);
    const [better, worse] = [scores(train.chosen), scores(train.rejected)];
    const lines = Array.from({ length: 6 }, (_, i) => [
      task.decodePrompt(train.chosen, i),
      `  ${better[i]?.toFixed(4)}  ${task.decodeResponse(train.chosen, i)}`,
      `  ${worse[i]?.toFixed(4)}  ${task.decodeResponse(train.rejected, i)}`,
    ].join('\n'));
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('summarisation.golden.txt');
  });

  test('for any seed: rows well formed, chosen strictly better, both sides share the prompt', async () => {
    await fc.assert(fc.asyncProperty(fc.integer(), async (seed) => {
      const { train, heldOut, pretraining } = await generate(seed);
      if (!pretraining) throw new Error('the built-in task has pre-training responses');
      for (const rows of [train.chosen, train.rejected, heldOut.chosen, heldOut.rejected, pretraining]) expectWellFormed(rows);
      expect([train.chosen.rows, heldOut.chosen.rows, pretraining.rows]).toEqual([20, 10, 15]);
      const worse = scores(train.rejected);
      expect(scores(train.chosen).every((score, i) => score > (worse[i] ?? Infinity))).toBe(true);
      for (let i = 0; i < train.chosen.rows; i += 1) {
        expect(task.decodePrompt(train.chosen, i)).toBe(task.decodePrompt(train.rejected, i));
      }
    }), { numRuns: 25 });
  });

  test('the seed decides everything, and more of one part moves no other part', async () => {
    const [a, again, other] = [await generate(7), await generate(7), await generate(8)];
    expect(again).toEqual(a);
    expect(other.train.chosen.tokens).not.toEqual(a.train.chosen.tokens);
    const more = await generate(7, { pairs: 40, heldOutPairs: 10, pretrainingResponses: 30 });
    expect(more.heldOut).toEqual(a.heldOut);
    expect(more.train.chosen.tokens.subarray(0, a.train.chosen.tokens.length)).toEqual(a.train.chosen.tokens);
  });

  test('writers and ties stay where the study was found to work', async () => {
    const { train, pretraining, facts } = await generate(3, { pairs: 4000, heldOutPairs: 1, pretrainingResponses: 20_000 });
    if (!pretraining) throw new Error('the built-in task has pre-training responses');
    const lengths = mean(responseMask(pretraining)) * task.responseLength - 1;
    expect(lengths).toBeGreaterThan(5.4);
    expect(lengths).toBeLessThan(5.65);
    expect(mean(scores(pretraining))).toBeCloseTo(1.37, 1);
    expect(Number(facts['tiesDropped']) / 4001).toBeLessThan(0.02);
    expect(mean(scores(train.chosen)) - mean(scores(train.rejected))).toBeGreaterThan(0.8);
  });

  test('quality follows Beta(1.2, 1.2): mean 1/2, variance 1/13.6', () => {
    const random = RandomStream.of(1, 'quality');
    const values = Array.from({ length: 20_000 }, () => drawQuality(random));
    expect(mean(values)).toBeCloseTo(0.5, 2);
    expect(mean(values.map((q) => (q - 0.5) ** 2))).toBeCloseTo(1 / 13.6, 2);
  });

  test('20,000 pre-training responses take well under a second of one core', async () => {
    const begin = process.cpuUsage();
    await generate(1, { pairs: 1, heldOutPairs: 1, pretrainingResponses: 20_000 });
    expect(process.cpuUsage(begin).user / 1e6).toBeLessThan(1);
  });
});
