import { InvalidArgumentError, type Command } from 'commander';
import { gapDocument, performanceGap } from '../../core/analysis';
import type { ForeignSource } from '../../importers';
import { foreignFrom, loadRuns, sourceOption } from '../inputs';
import type { Io } from '../io';
import { gapText } from '../render/gap';

interface Options {
  readonly source?: ForeignSource;
  readonly budget?: number;
  readonly between?: readonly [string, string];
  readonly winRate?: number;
  readonly json?: boolean;
}

export function addGap(program: Command, io: Io): void {
  program
    .command('gap')
    .description('The performance gap: win rate of the online arm minus the offline arm at matched KL, with intervals')
    .argument('<paths...>', 'experiments or runs')
    .option('--budget <nats>', 'KL budget in nats per sequence (default: that of the runs)', nats)
    .option('--between <arms>', 'two arms by name, as in online,shuffled (default: the first online and the first offline arm)', twoNames)
    .option('--win-rate <fraction>', 'at which the KLs spent are compared (default: nine tenths of each arm\'s gain)', fraction)
    .addOption(sourceOption())
    .option('--json', 'print one JSON document (alignment-gap/gap@1)')
    .addHelpText('after', '\nExample:\n  $ alignment-gap gap alignment-runs/online-vs-offline --budget 4')
    .action(async (paths: string[], { json, source, ...options }: Options) => {
      const runs = await loadRuns(paths, foreignFrom(source));
      const report = performanceGap(runs, options);
      io.out(json === true ? `${JSON.stringify(gapDocument(report), null, 2)}\n` : gapText(runs, report, { colors: io.outColors, columns: io.outColumns }));
    });
}

export function nats(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number of nats above 0.');
  return value;
}

function twoNames(text: string): readonly [string, string] {
  const [a, b, ...more] = text.split(',').map((name) => name.trim());
  if (!a || !b || more.length > 0 || a === b) throw new InvalidArgumentError('It must be the names of two arms with a comma between them.');
  return [a, b];
}

function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value < 1)) throw new InvalidArgumentError('It must be a win rate between 0 and 1.');
  return value;
}
