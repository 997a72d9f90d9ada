/** What holds for the data of every built-in task. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUILT_IN_TASKS } from '../../../../src/core/experiment/schema';
import { RandomStream } from '../../../../src/core/random';
import { spearman } from '../../../../src/core/statistics';
import { END, PAD, responseLengths, rowLength, SEPARATOR, type TokenRows } from '../../../../src/training/rows';
import { planStages } from '../../../../src/training/stages/plan';
import { loadTask, type Task } from '../../../../src/training/tasks';
import { drawPrompt, RESPONSE_LENGTH } from '../../../../src/training/tasks/common/prompts';
import { CONTENT_TOKENS, TYPE_TOKENS, VOCABULARY, within } from '../../../../src/training/tasks/common/vocabulary';
import { TINY_CONFIG } from '../support/trainer';
import { BUILT_IN } from './builtIn';

const SMALL = { pairs: 20, heldOutPairs: 10, pretrainingResponses: 15 };

async function generate(task: Task, seed: number, settings = SMALL) {
  const { pretraining, ...data } = await task.data(settings, RandomStream.of(seed, 'data'));
  if (!pretraining) throw new Error('a built-in task has pre-training responses');
  return { ...data, pretraining, parts: [data.train.chosen, data.train.rejected, data.heldOut.chosen, data.heldOut.rejected, pretraining] };
}

const scores = (task: Task, rows: TokenRows): Float64Array => {
  if (!task.goldenScores) throw new Error('a built-in task has a rule');
  return task.goldenScores(rows);
};
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

function expectWellFormed(task: Task, rows: TokenRows): void {
  const length = rowLength(rows);
  expect(rows.tokens.length).toBe(rows.rows * length);
  for (let row = 0; row < rows.rows; row += 1) {
    const tokens = Array.from(rows.tokens.subarray(row * length, (row + 1) * length));
    const [type = 0, ...words] = tokens.slice(0, task.promptLength);
    expect(within(TYPE_TOKENS, type)).toBe(true);
    expect(words.every((token) => within(CONTENT_TOKENS, token))).toBe(true);
    expect(new Set(words).size).toBe(5);
    expect(tokens[task.promptLength]).toBe(SEPARATOR);
    const response = tokens.slice(task.promptLength + 1);
    const end = response.indexOf(END);
    expect(end).toBeGreaterThanOrEqual(1);
    // Types are the prompt's own: a writer never says one.
    expect(response.slice(0, end).every((token) => token >= CONTENT_TOKENS.first && token < task.vocabulary)).toBe(true);
    expect(response.slice(end + 1).every((token) => token === PAD)).toBe(true);
  }
}

test('every task that an experiment file can name is tested here', () => {
  expect(BUILT_IN.map(({ name }) => name)).toEqual([...BUILT_IN_TASKS]);
});

describe.each(BUILT_IN)('data of $name', ({ name, word, write, reward, written }) => {
  test('the task is found by its name, has a rule, and its name and version identify its data', async () => {
    const task = await loadTask(name);
    expect(task.name).toBe(name);
    expect(task.goldenScores).toBeTypeOf('function');
    expect(task.fingerprint).toMatch(new RegExp(`^${name}@[1-9][0-9]*$`));
    expect(task.problems).toBeUndefined();
  });

  test('all 32 tokens have different words without spaces', () => {
    const words = Array.from({ length: VOCABULARY }, (_, token) => word(token)).slice(PAD + 1);
    expect(VOCABULARY).toBe(32);
    expect(new Set(words).size).toBe(31);
    expect(words.every((text) => /^[^\s<>]+$/.test(text))).toBe(true);
    expect(word(VOCABULARY)).toBe('<32>');
  });

  test('reads as it did when it was written down', async () => {
    const task = await loadTask(name);
    const { train } = await generate(task, 1);
    const [better, worse] = [scores(task, train.chosen), scores(task, train.rejected)];
    const lines = Array.from({ length: 6 }, (_, i) => [
      task.decodePrompt(train.chosen, i),
      `  ${better[i]?.toFixed(4)}  ${task.decodeResponse(train.chosen, i)}`,
      `  ${worse[i]?.toFixed(4)}  ${task.decodeResponse(train.rejected, i)}`,
    ].join('\n'));
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`${name}/${name}.golden.txt`);
  });

  test('for any seed: rows well formed, chosen strictly better, both sides share the prompt', async () => {
    const task = await loadTask(name);
    await fc.assert(fc.asyncProperty(fc.integer(), async (seed) => {
      const { train, heldOut, pretraining, parts } = await generate(task, seed);
      for (const rows of parts) expectWellFormed(task, rows);
      expect([train.chosen.rows, heldOut.chosen.rows, pretraining.rows]).toEqual([20, 10, 15]);
      for (const { chosen, rejected } of [train, heldOut]) {
        const worse = scores(task, rejected);
        expect(scores(task, chosen).every((score, i) => score > (worse[i] ?? Infinity))).toBe(true);
        for (let i = 0; i < chosen.rows; i += 1) expect(task.decodePrompt(chosen, i)).toBe(task.decodePrompt(rejected, i));
      }
    }), { numRuns: 25 });
  });

  test('the seed decides everything, and more of one part moves no other part', async () => {
    const task = await loadTask(name);
    const [a, again, other] = [await generate(task, 7), await generate(task, 7), await generate(task, 8)];
    expect(again).toEqual(a);
    expect(other.train.chosen.tokens).not.toEqual(a.train.chosen.tokens);
    const more = await generate(task, 7, { pairs: 40, heldOutPairs: 10, pretrainingResponses: 30 });
    expect(more.heldOut).toEqual(a.heldOut);
    expect(more.train.chosen.tokens.subarray(0, a.train.chosen.tokens.length)).toEqual(a.train.chosen.tokens);
    expect(more.pretraining.tokens.subarray(0, a.pretraining.tokens.length)).toEqual(a.pretraining.tokens);
  });

  test('lengths, scores and ties are what docs/data.md says', async () => {
    const task = await loadTask(name);
    const { train, pretraining, facts } = await generate(task, 3, { pairs: 4000, heldOutPairs: 1, pretrainingResponses: 20_000 });
    expect(Math.abs(mean(responseLengths(pretraining)) - 1 - written.length)).toBeLessThan(0.1);
    expect(Math.abs(mean(scores(task, pretraining)) - written.score)).toBeLessThan(0.05);
    expect(Number(facts['tiesDropped']) / 4001).toBeLessThan(0.04);
    expect(mean(scores(task, train.chosen)) - mean(scores(task, train.rejected))).toBeGreaterThan(0.8);
  });

  test('better writers score better', () => {
    const random = RandomStream.of(1, 'quality and score');
    const drawn = Array.from({ length: 4000 }, () => {
      const prompt = drawPrompt(random);
      const { quality, draft } = write(prompt, random);
      return { quality, score: reward(prompt, [...draft.slice(0, RESPONSE_LENGTH - 1), END]) };
    });
    const [qualities, values] = [drawn.map(({ quality }) => quality), drawn.map(({ score }) => score)];
    expect(spearman(qualities, values)).toBeGreaterThan(0.2);
    const half = (good: boolean): number => mean(drawn.filter(({ quality }) => quality > 0.5 === good).map(({ score }) => score));
    expect(half(true) - half(false)).toBeGreaterThan(0.3);
  });

  test('20,000 pre-training responses take well under a second of one core', async () => {
    const task = await loadTask(name);
    const begin = process.cpuUsage();
    await generate(task, 1, { pairs: 1, heldOutPairs: 1, pretrainingResponses: 20_000 });
    expect(process.cpuUsage(begin).user / 1e6).toBeLessThan(1);
  });
});

test('summarisation gives the same rows and scores as when it was the only task, so that its artefacts stay valid', async () => {
  const task = await loadTask('summarisation');
  const { parts } = await generate(task, 0, { pairs: 500, heldOutPairs: 200, pretrainingResponses: 1000 });
  const hash = createHash('sha256');
  for (const rows of parts) hash.update(new Uint8Array(rows.tokens.buffer, rows.tokens.byteOffset, rows.tokens.byteLength)).update(new Uint8Array(scores(task, rows).buffer));
  expect(hash.digest('hex')).toBe('3fe0d66bbf71c9a1afda2c97b6a720f2c9683468b78c3b33f0d4d07c766f004b');
  const plan = planStages(TINY_CONFIG, task, { name: 'wasm', kernels: 'ours', version: '4.22.0', reasons: [] });
  expect(plan.data?.inputs).toMatchObject({ settings: { task: 'summarisation', fingerprint: 'summarisation@2', pairs: 200, pretrainingResponses: 400, heldOut: 64 } });
});

test('no two tasks give the same data or judge alike', async () => {
  const tasks = await Promise.all(BUILT_IN_TASKS.map((name) => loadTask(name)));
  const made = await Promise.all(tasks.map((task) => generate(task, 1)));
  expect(new Set(made.map(({ train }) => String(train.chosen.tokens))).size).toBe(tasks.length);
  for (const { pretraining } of made) expect(new Set(tasks.map((task) => String(scores(task, pretraining)))).size).toBe(tasks.length);
});
