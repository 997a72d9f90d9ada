/** Stage 1: pairs with their first labels, and what the policy is pre-trained on. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { RandomStream } from '../../core/random';
import type { TaskData } from '../tasks/task';
import type { Facts, Pipeline } from './pipeline';
import { heldOutPairs } from './plan';
import { readPairs, readRows, writePairs, writeRows } from './rowsFile';

export type StageData = Omit<TaskData, 'facts'>;

export async function computeData(pipeline: Pipeline, folder: string): Promise<Facts> {
  const { config, task } = pipeline;
  const { pairs, pretrainingResponses, dataSeed } = config.stages;
  const settings = { pairs, pretrainingResponses, heldOutPairs: heldOutPairs(config) };
  const data = await task.data(settings, RandomStream.of(dataSeed, 'data'));
  writePairs(folder, 'train', data.train);
  writePairs(folder, 'held-out', data.heldOut);
  if (data.pretraining) writeRows(folder, 'pretraining', data.pretraining);
  return { trainPairs: data.train.chosen.rows, heldOutPairs: data.heldOut.chosen.rows, ...data.facts };
}

export function loadData(folder: string): StageData {
  const pretraining = existsSync(path.join(folder, 'pretraining.json')) ? { pretraining: readRows(folder, 'pretraining') } : {};
  return { train: readPairs(folder, 'train'), heldOut: readPairs(folder, 'held-out'), ...pretraining };
}
