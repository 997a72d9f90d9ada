/** The command line as a whole: all commands, and what becomes of errors. */
import { Command, CommanderError } from 'commander';
import { VERSION } from '../launch';
import { addBench } from './commands/bench';
import { addDiff } from './commands/diff';
import { addDoctor } from './commands/doctor';
import { addExport } from './commands/export';
import { addGap } from './commands/gap';
import { addList } from './commands/list';
import { addNative } from './commands/native';
import { addReport } from './commands/report';
import { addResume, addRun } from './commands/run';
import { addShow } from './commands/show';
import { addStop } from './commands/stop';
import { addStudy } from './commands/study';
import { describeError, exitCodeOf, type ExitCode } from './errors';
import type { Io } from './io';

const EXIT_CODES = '\nExit codes: 0 done; 1 a run failed or was stopped, or an input could not be read; 2 the call was wrong.';

/** Carries out one call. Never throws: whatever goes wrong is written to standard error and told by the exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = createProgram(io, (value) => {
    code = value;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has said what was wrong already; its own code tells only asked-for help from a wrong call.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.err(describeError(error));
    return exitCodeOf(error);
  }
}

function createProgram(io: Io, exit: (code: ExitCode) => void): Command {
  const program = new Command('alignment-gap')
    .description('Run, watch and compare online and offline alignment of language models')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(alignment-gap --help lists the commands, alignment-gap <command> --help explains one)')
    .addHelpText('after', EXIT_CODES);
  addRun(program, io, exit);
  addResume(program, io, exit);
  addStop(program, io);
  addStudy(program, io, exit);
  addList(program, io, exit);
  addShow(program, io);
  addGap(program, io);
  addDiff(program, io);
  addReport(program, io);
  addExport(program, io);
  addDoctor(program, io, exit);
  addNative(program, io, exit);
  addBench(program, io, exit);
  return program;
}
