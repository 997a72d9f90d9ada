/** The reader on published data, where a copy lies next to the repository; it is never committed. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../../../src/core/random';
import { readLines } from '../../../../../src/training/tasks/pairs/lines';
import { isRefusal, type PairText, parsePair } from '../../../../../src/training/tasks/pairs/shapes';
import { loadPairsTask } from '../../../../../src/training/tasks/pairs/task';

const DATA = fileURLToPath(new URL('../../../../../../shared/data/datasets/', import.meta.url));
const HARMLESS = `${DATA}hh-rlhf-harmless-test/test.jsonl.gz`;
const HELPFUL = `${DATA}hh-rlhf-helpful-base-2000/hh_rlhf_helpful-base_2000.jsonl`;

const spec = { pairs: '', promptTokens: 32, responseTokens: 32, vocabulary: 384 };

async function pairsAt(file: string, wanted: readonly number[]): Promise<Map<number, PairText>> {
  const found = new Map<number, PairText>();
  for await (const { number, text } of readLines(file)) {
    if (!wanted.includes(number) || typeof text !== 'string') continue;
    const pair = parsePair(text);
    if (!isRefusal(pair)) found.set(number, pair);
  }
  return found;
}

const turns = (prompt: string): number => prompt.split('\n\nHuman:').length;

describe.each([
  { name: 'HH harmless-base test split, dialogues', file: HARMLESS, lines: 2312, used: 2308, heldOut: 461, skipped: '4 × a response is empty' },
  {
    name: 'HH helpful-base, prompt and responses', file: HELPFUL, lines: 1996, used: 1985, heldOut: 397,
    skipped: '6 × chosen and rejected are identical within the response length; 5 × chosen and rejected are identical',
  },
])('$name', ({ file, lines, used, heldOut, skipped }) => {
  test('every line is read, counted, and turned into rows in time', async (ctx) => {
    if (!existsSync(file)) {
      console.warn(`real pairs not tested: ${file} is absent`);
      ctx.skip(`${file} is absent`);
    }
    const begin = process.cpuUsage();
    const task = await loadPairsTask(spec, file);
    const data = await task.data({ pairs: 0, heldOutPairs: 512, pretrainingResponses: 0 }, RandomStream.of(0, 'data'));
    // CPU time, because other tests run beside this one; a quiet core takes a quarter of it.
    expect(process.cpuUsage(begin).user / 1e6).toBeLessThan(4);
    expect(data.facts).toMatchObject({ linesRead: lines, pairsUsed: used, linesSkipped: lines - used, skippedBecause: skipped });
    expect([data.train.chosen.rows, data.heldOut.chosen.rows]).toEqual([used - heldOut, heldOut]);
    expect(task.vocabulary).toBe(384);
    expect(Number(data.facts['shareOfUnknownTokens'])).toBeLessThan(1e-4);
  });
});

describe('structure of checked lines', () => {
  test('dialogues: the last turn is the response, what precedes it the prompt', async (ctx) => {
    if (!existsSync(HARMLESS)) {
      console.warn(`real pairs not tested: ${HARMLESS} is absent`);
      ctx.skip(`${HARMLESS} is absent`);
    }
    const pairs = await pairsAt(HARMLESS, [1, 2, 1255, 1689, 1953]);
    expect([...pairs].map(([number, { prompt }]) => [number, turns(prompt)])).toEqual([[1, 3], [2, 3], [1255, 2], [1689, 2], [1953, 2]]);
    for (const { prompt, chosen, rejected } of pairs.values()) {
      expect(prompt).toMatch(/^Human: /);
      for (const response of [chosen, rejected]) expect(response).not.toContain('\n\nHuman:');
    }
    // In line 1953 the chosen side has two assistant turns in a row: both are the response.
    expect(pairs.get(1953)?.chosen).toContain('\n\nAssistant:');
    expect(pairs.get(1953)?.rejected).not.toContain('\n\nAssistant:');
  });

  test('prompt, chosen, rejected: taken as they are', async (ctx) => {
    if (!existsSync(HELPFUL)) {
      console.warn(`real pairs not tested: ${HELPFUL} is absent`);
      ctx.skip(`${HELPFUL} is absent`);
    }
    const pairs = await pairsAt(HELPFUL, [1, 2, 70]);
    expect([...pairs].map(([number, { prompt }]) => [number, turns(prompt)]).slice(0, 2)).toEqual([[1, 1], [2, 3]]);
    expect(pairs.get(70)?.chosen).toMatch(/^Human: /);
  });
});
