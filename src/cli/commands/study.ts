import { Option, type Command } from 'commander';
import type { ExitCode } from '../errors';
import { DEFAULT_ROOT } from '../inputs';
import type { Io } from '../io';
import { loadPages } from '../loadPages';
import { atLeastOne } from './run';

export interface StudyOptions {
  readonly list?: boolean;
  readonly estimate?: boolean;
  readonly quick?: boolean;
  /** For tests of the plumbing; not in the help. */
  readonly form?: 'full' | 'quick' | 'smoke';
  readonly out: string;
  readonly jobs?: number;
  readonly seeds?: number;
  readonly verdictOnly?: boolean;
  readonly json?: boolean;
}

export function addStudy(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  program
    .command('study')
    .description('Repeat a finding: runs its experiments and ends with a verdict card; `--list` names the studies, `all` runs them all')
    .argument('[name]', 'a study, or all')
    .option('--list', 'the studies, with what each asks')
    .option('--estimate', 'what it would take here; with --list, by what is known already')
    .option('--quick', 'small policies and few seeds: within ten minutes, to see that it works')
    .option('--out <dir>', 'folder of experiments', DEFAULT_ROOT)
    .option('--jobs <n>', 'training processes at the same time (default: one a core)', atLeastOne)
    .option('--seeds <n>', 'seeds 1 to n (default: 5; quick: 3)', atLeastOne)
    .option('--verdict-only', 'judge the runs that are there; nothing is trained')
    .option('--json', 'print the card (alignment-gap/verdict@1); for several, alignment-gap/verdicts@1')
    .addOption(new Option('--form <form>').choices(['full', 'quick', 'smoke']).hideHelp())
    .addHelpText('after', '\nRun again, it goes on with unfinished runs; more seeds are added to those that are there.\n\nExample:\n  $ alignment-gap study online-offline --quick')
    .action(async (name: string | undefined, options: StudyOptions) => {
      const { carryOutStudy } = await loadPages();
      exit(await carryOutStudy(name, options, io));
    });
}
