import type { Command } from 'commander';
import { stopRun } from '../../launch';
import { loadRuns } from '../inputs';
import type { Io } from '../io';
import { atLeastOne } from './run';

interface Options {
  readonly json?: boolean;
  readonly grace?: number;
}

export function addStop(program: Command, io: Io): void {
  program
    .command('stop')
    .description('Stop a run, or an experiment with all its runs; each finishes its step and saves')
    .argument('<path>', 'a run directory or an experiment directory')
    .option('--grace <seconds>', 'how long to wait before killing what has not ended', atLeastOne, 30)
    .option('--json', 'print one JSON document (alignment-gap/stop@1)')
    .addHelpText('after', '\nExample:\n  $ alignment-gap stop alignment-runs/online-vs-offline')
    .action(async (given: string, options: Options) => {
      await loadRuns([given]);
      const { stopped } = await stopRun(given, (options.grace ?? 30) * 1000);
      if (options.json === true) {
        io.out(`${JSON.stringify({ schema: 'alignment-gap/stop@1', stopped }, null, 2)}\n`);
        return;
      }
      if (stopped.length === 0) io.err(`Nothing is running in ${given}.\n`);
      for (const { path, how } of stopped) io.err(`${how === 'gently' ? 'Stopped' : 'Killed (it did not stop when asked)'}: ${path}\n`);
    });
}
