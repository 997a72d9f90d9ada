import { InvalidArgumentError, type Command } from 'commander';
import { runNeeds, stagesOfAll } from '../../core/experiment/stages';
import { longEstimate, wasBusy, type StudyEstimate } from '../../core/estimate';
import { defaultJobs, estimatePlan, openPlan, planExperiment, resumePlan, runExperiment, type ExperimentPlan, type LaunchResult } from '../../launch';
import { interleave } from '../../launch/session';
import { DEFAULT_ROOT } from '../inputs';
import type { Io } from '../io';
import { progressView } from '../render/progress';
import type { PlannedJob } from '../render/work';
import { finishStudy } from '../results';
import { listenForStop } from '../signals';
import { trainerPath } from '../trainerPath';
import type { ExitCode } from '../errors';

interface RunOptions {
  readonly out: string;
  readonly jobs?: number;
  readonly launcher: string;
  readonly json?: boolean;
}

export function addRun(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  program
    .command('run')
    .description('Run an experiment: shared stages, then every run of its matrix; ends with a table, a picture and report.html')
    .argument('<experiment>', 'an experiment file (*.alignment.json)')
    .option('--out <dir>', 'folder of experiments', DEFAULT_ROOT)
    .option('--jobs <n>', 'training processes at the same time (default: one a core, at most one a run)', atLeastOne)
    .option('--launcher <name>', 'where processes run: local', localOnly, 'local')
    .option('--json', 'print one JSON document (alignment-gap/experiment@1) when all has ended')
    .addHelpText('after', '\nRun again, it goes on with unfinished runs and keeps finished ones.\n\nExample:\n  $ alignment-gap run media/templates/online-vs-offline.alignment.json --jobs 2')
    .action(async (file: string, options: RunOptions) => {
      const trainer = trainerPath();
      const plan = await planExperiment({ file, root: options.out });
      exit(await carryOut({ plan, io, trainer, json: options.json === true, ...(options.jobs === undefined ? {} : { jobs: options.jobs }) }));
    });
}

export function addResume(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  program
    .command('resume')
    .description('Go on with a stopped, lost or failed run, or with all unfinished runs of an experiment')
    .argument('<path>', 'a run directory or an experiment directory')
    .option('--jobs <n>', 'training processes at the same time', atLeastOne)
    .option('--json', 'print one JSON document (alignment-gap/experiment@1) when all has ended')
    .addHelpText('after', '\nExample:\n  $ alignment-gap resume alignment-runs/online-vs-offline/online-b0.1-s1')
    .action(async (directory: string, options: Pick<RunOptions, 'jobs' | 'json'>) => {
      const trainer = trainerPath();
      const plan = await resumePlan(directory);
      exit(await carryOut({ plan, io, trainer, json: options.json === true, ...(options.jobs === undefined ? {} : { jobs: options.jobs }) }));
    });
}

export function atLeastOne(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return value;
}

function localOnly(text: string): string {
  if (text !== 'local') throw new InvalidArgumentError('This version runs processes on this machine only: local.');
  return text;
}

interface Work {
  readonly plan: ExperimentPlan;
  readonly io: Io;
  readonly trainer: string;
  readonly json: boolean;
  readonly jobs?: number;
}

/** What is to be done, with what it is expected to take where that is known. */
function plannedJobs({ runs }: ExperimentPlan, estimate: StudyEstimate | undefined): PlannedJob[] {
  const ms = (seconds: number | undefined) => (seconds === undefined ? {} : { expected: 1000 * seconds });
  const stage = (id: string) => `stage:${id}`;
  return [
    ...stagesOfAll(runs.map(({ config }) => config)).map(({ id, kind, needs }) => ({
      id: stage(id), group: stage(kind), needs: needs.map(stage), ...ms(estimate?.stages.find(({ name }) => name === id)?.wallSeconds),
    })),
    ...interleave(runs).map(({ name, config }) => ({
      id: `run:${name}`, group: `arm:${config.arm}`, needs: runNeeds(config).map(stage), ...ms(estimate?.runs.find((run) => run.name === name)?.wallSeconds),
    })),
  ];
}

async function carryOut({ plan, io, trainer, json, jobs }: Work): Promise<ExitCode> {
  for (const note of plan.notes) io.err(`${note}\n`);
  const stages = stagesOfAll(plan.runs.map(({ config }) => config));
  const limit = jobs ?? defaultJobs(plan.runs.length);
  io.err(`${plan.name}: ${plan.runs.length} ${plan.runs.length === 1 ? 'run' : 'runs'} after ${stages.length} shared stages, ${limit} at a time, into ${plan.directory}\n`);
  const estimate = await estimatePlan(plan, limit, trainer);
  if (estimate !== undefined) io.err(`By what was measured here before${wasBusy(estimate.pace) ? ', while other work had the processor (bench measures anew)' : ''}, it takes ${longEstimate(estimate)}\n`);
  const signals = listenForStop(io);
  const planned = plannedJobs(plan, estimate);
  const view = progressView(io, { planned, limit });
  let result: LaunchResult;
  try {
    result = await runExperiment(plan, { jobs: limit, trainerPath: trainer, signal: signals.stop, killSignal: signals.kill, onEvent: view.onEvent });
  } finally {
    view.close();
    signals.dispose();
  }
  // A single run that was resumed is judged together with its siblings: a gap needs both arms.
  const whole = plan.isWhole ? plan : await openPlan(plan.directory);
  const isKept = await finishStudy({ io, json, plan: whole, result });
  return result.isComplete && isKept ? 0 : 1;
}
