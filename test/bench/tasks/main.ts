/** Prints what docs/data.md says about the built-in tasks. */
import { BUILT_IN_TASKS, type BuiltInTask } from '../../../src/core/experiment/schema';
import { RandomStream } from '../../../src/core/random';
import { END, type PreferencePairs, responseLengths, rowLength, type TokenRows } from '../../../src/training/rows';
import { loadTask, type Task } from '../../../src/training/tasks';
import { genreOf } from '../../../src/training/tasks/chat-arena/prompts';
import { chatReward } from '../../../src/training/tasks/chat-arena/reward';
import { SYSTEMS, write } from '../../../src/training/tasks/chat-arena/systems';
import { drawPrompt, RESPONSE_LENGTH, typeOf } from '../../../src/training/tasks/common/prompts';
import { JUDGES, trainJudge } from './judge';

const SIZES = { pairs: 8000, heldOutPairs: 4000, pretrainingResponses: 20_000 };

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
function deviation(values: ArrayLike<number>): number {
  const middle = mean(values);
  return Math.sqrt(mean(Array.from(values, (v) => (v - middle) ** 2)));
}
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

function scoresOf(task: Task, rows: TokenRows): Float64Array {
  if (!task.goldenScores) throw new Error(`${task.name} has no rule`);
  return task.goldenScores(rows);
}

async function describeTask(name: BuiltInTask): Promise<void> {
  const task = await loadTask(name);
  const { train, heldOut, pretraining, facts } = await task.data(SIZES, RandomStream.of(0, 'data'));
  if (!pretraining) throw new Error(`${name} has no writers' responses`);
  const scores = scoresOf(task, pretraining);
  const ties = Number(facts['tiesDropped']);
  console.log(`\n${name}: ${(mean(responseLengths(pretraining)) - 1).toFixed(2)} tokens a response, score ${mean(scores).toFixed(2)} ± ${deviation(scores).toFixed(2)}, ` +
    `${percent(ties / (ties + SIZES.pairs + SIZES.heldOutPairs))} of the pairs tied, margin ${(mean(scoresOf(task, train.chosen)) - mean(scoresOf(task, train.rejected))).toFixed(2)}`);
  console.log(`  types of prompts: ${typesOf(train).map((share) => percent(share)).join(', ')}`);
  for (const [told, features] of Object.entries(JUDGES)) {
    console.log(`  linear judge told ${told}: ${percent(mean(trainJudge(features, train)(heldOut).map(Number)))}`);
  }
}

/** Share of each type among the prompts of these pairs: ties may be more frequent in one. */
function typesOf({ chosen }: PreferencePairs): number[] {
  const types = Array.from({ length: chosen.rows }, (_, row) => typeOf(chosen.tokens.subarray(row * rowLength(chosen))));
  return [0, 1, 2, 3].map((type) => mean(types.map((t) => Number(t === type))));
}

/** How far the arena's systems are apart, by genre: scores of one genre only can be compared. */
function describeSystems(): void {
  const random = RandomStream.of(0, 'systems');
  const scores = new Map<string, number[]>();
  for (let i = 0; i < 8000; i += 1) {
    const prompt = drawPrompt(random);
    for (const system of SYSTEMS) {
      const key = `${genreOf(prompt)} by ${system.name}`;
      const reward = chatReward(prompt, [...write(system, prompt, random).slice(0, RESPONSE_LENGTH - 1), END]);
      scores.set(key, [...(scores.get(key) ?? []), reward]);
    }
  }
  console.log('\nscores in the chat arena');
  for (const [key, values] of [...scores].sort(([a], [b]) => a.localeCompare(b))) console.log(`  ${key}: ${mean(values).toFixed(2)} ± ${deviation(values).toFixed(2)}`);
}

async function main(): Promise<void> {
  for (const name of BUILT_IN_TASKS) await describeTask(name);
  describeSystems();
}

void main();
