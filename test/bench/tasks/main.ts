/** Prints what docs/data.md says about the built-in tasks. */
import { BUILT_IN_TASKS, type BuiltInTask } from '../../../src/core/experiment/schema';
import { RandomStream } from '../../../src/core/random';
import { type PreferencePairs, responseLengths, type TokenRows } from '../../../src/training/rows';
import { loadTask, type Task } from '../../../src/training/tasks';
import { typeOf } from '../../../src/training/tasks/common/prompts';
import { describeMeetings, describeSystems } from './arena';
import { type Judge, JUDGES, trainJudge } from './judge';
import { deviation, mean, percent, rowOf, shareOf } from './numbers';
import { describeRefusals } from './refusals';

const SIZES = { pairs: 8000, heldOutPairs: 4000, pretrainingResponses: 20_000 };

function scoresOf(task: Task, rows: TokenRows): Float64Array {
  if (!task.goldenScores) throw new Error(`${task.name} has no rule`);
  return task.goldenScores(rows);
}

interface Described {
  readonly train: PreferencePairs;
  readonly judges: Readonly<Record<string, Judge>>;
}

async function describeTask(name: BuiltInTask): Promise<Described> {
  const task = await loadTask(name);
  const { train, heldOut, pretraining, facts } = await task.data(SIZES, RandomStream.of(0, 'data'));
  if (!pretraining) throw new Error(`${name} has no writers' responses`);
  const scores = scoresOf(task, pretraining);
  const ties = Number(facts['tiesDropped']);
  console.log(`\n${name}: ${(mean(responseLengths(pretraining)) - 1).toFixed(2)} tokens a response, score ${mean(scores).toFixed(2)} ± ${deviation(scores).toFixed(2)}, ` +
    `${percent(ties / (ties + SIZES.pairs + SIZES.heldOutPairs))} of the pairs tied, margin ${(mean(scoresOf(task, train.chosen)) - mean(scoresOf(task, train.rejected))).toFixed(2)}`);
  console.log(`  types of prompts: ${typesOf(train).map((share) => percent(share)).join(', ')}`);
  const judges = Object.fromEntries(Object.entries(JUDGES).map(([told, features]) => [told, trainJudge(features, train)]));
  for (const [told, judge] of Object.entries(judges)) console.log(`  linear judge told ${told}: ${percent(shareOf(judge(heldOut)))}`);
  return { train, judges };
}

/** Share of each type among the prompts of these pairs: ties may be more frequent in one. */
function typesOf({ chosen }: PreferencePairs): number[] {
  const types = Array.from({ length: chosen.rows }, (_, row) => typeOf(rowOf(chosen, row)));
  return [0, 1, 2, 3].map((type) => shareOf(types.map((t) => t === type)));
}

async function main(): Promise<void> {
  for (const name of BUILT_IN_TASKS) {
    const { train, judges } = await describeTask(name);
    if (name === 'harmlessness') describeRefusals(train);
    if (name === 'chat-arena') {
      describeSystems();
      describeMeetings(judges);
    }
  }
}

void main();
