/** How a study ends on the terminal: table, picture, notes, and a report to keep. */
import path from 'node:path';
import { gapDocument, performanceGap, type GapReport } from '../core/analysis';
import type { Run } from '../core/run/types';
import type { ExperimentPlan, LaunchResult } from '../launch';
import { readRun } from '../runlog';
import { REPORT_FILE } from './commands/report';
import { describeError } from './errors';
import type { Io } from './io';
import { loadPages } from './loadPages';
import { gapText } from './render/gap';
import { statusText } from './render/status';
import { oneLine } from './render/table';

export interface FinishedStudy {
  readonly io: Io;
  readonly json: boolean;
  /** The whole experiment, also when only one run was gone on with. */
  readonly plan: ExperimentPlan;
  readonly result: LaunchResult;
}

/** @returns whether all could be written; numbers already computed are shown even where the report cannot be kept. */
export async function finishStudy({ io, json, plan, result }: FinishedStudy): Promise<boolean> {
  const runs = await Promise.all(plan.runs.map(({ name }) => readRun(path.join(plan.directory, name))));
  const gap = performanceGap(runs);
  if (!json) io.out(`\n${gapText(runs, gap, { colors: io.outColors, columns: io.outColumns })}`);
  const report = await keepReport(io, runs, gap, path.join(plan.directory, REPORT_FILE));
  if (json) {
    const list = runs.map(({ name, path: at, status, failure }) => ({ name, path: at, status, ...(failure === undefined ? {} : { failure }) }));
    io.out(`${JSON.stringify({ schema: 'alignment-gap/experiment@1', name: plan.name, path: plan.directory, runs: list, gap: gapDocument(gap), report }, null, 2)}\n`);
  } else if (report !== null) io.out(`\nReport: ${report}\n`);
  for (const line of unfinished(result.runs, plan.directory)) io.err(line);
  return report !== null;
}

async function keepReport(io: Io, runs: readonly Run[], gap: GapReport, out: string): Promise<string | null> {
  try {
    const { writeReport } = await loadPages();
    return await writeReport({ runs, gap, out });
  } catch (error) {
    io.err(describeError(error));
    return null;
  }
}

/** What is left, runs with one and the same reason in one line. */
function unfinished(runs: readonly Run[], directory: string): string[] {
  const groups = new Map<string, string[]>();
  for (const run of runs.filter(({ status }) => status !== 'finished')) {
    const reason = `${statusText(run)}${run.failure === undefined ? '' : `: ${oneLine(run.failure)}`}`;
    groups.set(reason, [...(groups.get(reason) ?? []), oneLine(run.name)]);
  }
  if (groups.size === 0) return [];
  const lines = [...groups].map(([reason, names]) => `${reason}\n    ${names.join(', ')}\n`);
  return ['\n', ...lines, `Go on with: alignment-gap resume ${directory}\n`];
}
