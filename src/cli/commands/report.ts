import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { performanceGap } from '../../core/analysis';
import type { ForeignSource } from '../../importers';
import { foreignFrom, loadRuns, sourceOption } from '../inputs';
import type { Io } from '../io';
import { loadPages } from '../loadPages';
import { nats } from './gap';

interface Options {
  readonly source?: ForeignSource;
  readonly out?: string;
  readonly budget?: number;
  readonly json?: boolean;
}

export const REPORT_FILE = 'report.html';

export function addReport(program: Command, io: Io): void {
  program
    .command('report')
    .description('Write one self-contained HTML page: verdict, arms, figures, checkpoints, completions, configuration')
    .argument('<paths...>', 'experiments or runs')
    .option('--out <file>', `where to write (default: ${REPORT_FILE} in the experiment, or here for several paths)`)
    .option('--budget <nats>', 'KL budget in nats per sequence (default: that of the runs)', nats)
    .addOption(sourceOption())
    .option('--json', 'print one JSON document (alignment-gap/report@1) that says what was written')
    .addHelpText('after', '\nExample:\n  $ alignment-gap report alignment-runs/online-vs-offline --out report.html')
    .action(async (paths: string[], { out, budget, json, source }: Options) => {
      const runs = await loadRuns(paths, foreignFrom(source));
      const gap = performanceGap(runs, budget === undefined ? {} : { budget });
      const { writeReport } = await loadPages();
      const file = await writeReport({ runs, gap, out: out ?? (await defaultOut(paths)) });
      if (json === true) io.out(`${JSON.stringify({ schema: 'alignment-gap/report@1', out: file, runs: runs.length }, null, 2)}\n`);
      else io.err(`Report of ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}: ${file}\n`);
    });
}

async function defaultOut(paths: readonly string[]): Promise<string> {
  const [only, ...others] = paths;
  if (only === undefined || others.length > 0 || !(await stat(only)).isDirectory()) return REPORT_FILE;
  return path.join(only, REPORT_FILE);
}
