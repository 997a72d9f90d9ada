import { InvalidArgumentError, type Command } from 'commander';
import { gapDocument, performanceGap } from '../../core/analysis';
import type { ForeignSource } from '../../importers';
import { foreignFrom, loadRuns, sourceOption } from '../inputs';
import type { Io } from '../io';
import { gapText } from '../render/gap';

interface Options {
  readonly source?: ForeignSource;
  readonly budget?: number;
  readonly json?: boolean;
}

export function addGap(program: Command, io: Io): void {
  program
    .command('gap')
    .description('The performance gap: win rate of the online arm minus the offline arm at matched KL, with intervals')
    .argument('<paths...>', 'experiments or runs')
    .option('--budget <nats>', 'KL budget in nats per sequence (default: that of the runs)', nats)
    .addOption(sourceOption())
    .option('--json', 'print one JSON document (alignment-gap/gap@1)')
    .addHelpText('after', '\nExample:\n  $ alignment-gap gap alignment-runs/online-vs-offline --budget 4')
    .action(async (paths: string[], { budget, json, source }: Options) => {
      const runs = await loadRuns(paths, foreignFrom(source));
      const report = performanceGap(runs, budget === undefined ? {} : { budget });
      io.out(json === true ? `${JSON.stringify(gapDocument(report), null, 2)}\n` : gapText(runs, report, { colors: io.outColors, columns: io.outColumns }));
    });
}

export function nats(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number of nats above 0.');
  return value;
}
