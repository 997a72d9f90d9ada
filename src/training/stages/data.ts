/** Stage 1: pairs with their first labels, and what the policy is pre-trained on. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RandomStream } from '../../core/random';
import type { TaskData, TaskProblem } from '../tasks/task';
import type { Facts, Pipeline } from './pipeline';
import { heldOutPairs } from './plan';
import { readPairs, readRows, writePairs, writeRows } from './rowsFile';

export type StageData = Omit<TaskData, 'facts'>;

export async function computeData(pipeline: Pipeline, folder: string): Promise<Facts> {
  const { config, task } = pipeline;
  const { pairs, pretrainingResponses, dataSeed } = config.stages;
  const settings = { pairs, pretrainingResponses, heldOutPairs: heldOutPairs(config) };
  const data = await task.data(settings, RandomStream.of(dataSeed, 'data'));
  reportProblems(folder, task.problems ?? []);
  writePairs(folder, 'train', data.train);
  writePairs(folder, 'held-out', data.heldOut);
  if (data.pretraining) writeRows(folder, 'pretraining', data.pretraining);
  return { trainPairs: data.train.chosen.rows, heldOutPairs: data.heldOut.chosen.rows, ...data.facts };
}

export function loadData(folder: string): StageData {
  const pretraining = existsSync(path.join(folder, 'pretraining.json')) ? { pretraining: readRows(folder, 'pretraining') } : {};
  return { train: readPairs(folder, 'train'), heldOut: readPairs(folder, 'held-out'), ...pretraining };
}

/** Every skipped line of the user's file, to the stage's log and beside the data, so that it can be found and mended. */
function reportProblems(folder: string, problems: readonly TaskProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
  process.stderr.write(`${lines.join('\n')}\n`);
  writeFileSync(path.join(folder, 'skipped-lines.txt'), `${lines.join('\n')}\n`);
}
