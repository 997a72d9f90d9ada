/** How a study ends on the terminal. */
import path from 'node:path';
import { listDocument } from '../core/run';
import { readRun } from '../runlog';
import type { ExperimentPlan, LaunchResult } from '../launch';
import { listTable } from './commands/list';
import type { Io } from './io';

export interface FinishedStudy {
  readonly io: Io;
  readonly json: boolean;
  readonly plan: ExperimentPlan;
  readonly result: LaunchResult;
}

export async function finishStudy({ io, json, plan }: FinishedStudy): Promise<void> {
  const runs = await Promise.all(plan.runs.map(({ name }) => readRun(path.join(plan.directory, name))));
  if (json) io.out(`${JSON.stringify({ ...listDocument(runs), schema: 'alignment-gap/experiment@1', name: plan.name, path: plan.directory }, null, 2)}\n`);
  else io.out(`\n${listTable(runs)}`);
}
