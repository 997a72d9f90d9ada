import type { Command } from 'commander';
import { listDocument } from '../../core/run';
import type { Run } from '../../core/run/types';
import type { ForeignSource } from '../../importers';
import { describeError, type ExitCode } from '../errors';
import { DEFAULT_ROOT, loadRuns } from '../inputs';
import type { Io } from '../io';
import { statusText } from '../render/status';
import { percentWithInterval } from '../render/format';
import { table } from '../render/table';
import { sourceOption } from './show';

interface Options {
  readonly json?: boolean;
  readonly source?: ForeignSource;
}

export function addList(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  program
    .command('list')
    .description('List the runs in folders, experiments, runs, and logs of other trainers')
    .argument('[paths...]', `where to look (default: ${DEFAULT_ROOT})`)
    .addOption(sourceOption())
    .option('--json', 'print one JSON document (alignment-gap/list@1)')
    .addHelpText('after', '\nExample:\n  $ alignment-gap list alignment-runs/online-vs-offline')
    .action(async (paths: string[], options: Options) => {
      // One broken run must not hide the others.
      const { source } = options;
      const onProblem = (error: unknown): void => {
        io.err(describeError(error));
        exit(1);
      };
      const runs = await loadRuns(paths.length === 0 ? [DEFAULT_ROOT] : paths, { onProblem, foreign: source === undefined ? {} : { source } });
      io.out(options.json === true ? `${JSON.stringify(listDocument(runs), null, 2)}\n` : listTable(runs));
    });
}

const COLUMNS = [
  { title: 'RUN' }, { title: 'STATUS' }, { title: 'ARM' }, { title: 'BETA', align: 'right' }, { title: 'SEED', align: 'right' },
  { title: 'STEP', align: 'right' }, { title: 'KL', align: 'right' }, { title: 'WIN RATE', align: 'right' },
] as const;

export function listTable(runs: readonly Run[]): string {
  return table(COLUMNS, runs.map((run) => {
    const last = run.checkpoints.at(-1)?.metrics;
    const progress = run.progress === undefined ? '–' : `${run.progress.step}/${run.progress.steps}`;
    return [
      run.id, statusText(run), run.arm, String(run.beta ?? '–'), String(run.seed ?? '–'),
      progress, last?.kl === undefined ? '–' : last.kl.value.toFixed(2), percentWithInterval(last?.winRate),
    ];
  }));
}
