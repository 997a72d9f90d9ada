import os from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import { wasBusy, type Speeds, type StudyEstimate } from '../../core/estimate';
import { BACKENDS, POLICY_SHAPES, type BackendName } from '../../core/experiment';
import { defaultJobs, estimateRuns, keepCalibration, measureSpeeds, measureStudy, readExperiment, runsOf, VERSION, type BenchOptions, type MeasuredStudy } from '../../launch';
import { describeError, type ExitCode } from '../errors';
import { DEFAULT_ROOT } from '../inputs';
import type { Io } from '../io';
import { benchText } from '../render/bench';
import { trainerPath } from '../trainerPath';
import { atLeastOne } from './run';

interface Options {
  readonly backend?: BackendName;
  readonly quick?: boolean;
  readonly jobs?: number;
  readonly out: string;
  readonly json?: boolean;
}

/** About how long each kind of step is repeated, s. */
const CAREFUL_SECONDS = 0.4;
const QUICK_SECONDS = 0.2;

export function addBench(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  program
    .command('bench')
    .description('Measure this machine: tokens a second of each backend; of an experiment, what its stages and runs will take')
    .argument('[experiment]', 'an experiment file (*.alignment.json); without one, policies of three sizes')
    .option('--backend <name>', `one backend only: ${BACKENDS.join(', ')}`, knownBackend)
    .option('--quick', 'about three seconds on a quiet machine, and less exact')
    .option('--jobs <n>', 'training processes at the same time (default: one a core, at most one a run)', atLeastOne)
    .option('--out <dir>', 'folder of experiments: shared stages that are there cost nothing', DEFAULT_ROOT)
    .option('--json', 'print one JSON document (alignment-gap/bench@1)')
    .addHelpText('after', '\nOther work on the machine makes it slower while it is measured, too.\n\nExample:\n  $ alignment-gap bench media/templates/online-vs-offline.alignment.json')
    .action(async (file: string | undefined, options: Options) => {
      const measuring: BenchOptions = { trainerPath: trainerPath(), seconds: options.quick === true ? QUICK_SECONDS : CAREFUL_SECONDS };
      const document = file === undefined ? await benchMachine(options, measuring, io) : await benchStudy(file, options, measuring, io);
      io.out(options.json === true ? `${JSON.stringify(document, null, 2)}\n` : benchText(document));
      exit(document.backends.some(({ available }) => available) ? 0 : 1);
    });
}

function knownBackend(text: string): BackendName {
  const name = BACKENDS.find((one) => one === text);
  if (name === undefined) throw new InvalidArgumentError(`It must be one of ${BACKENDS.join(', ')}.`);
  return name;
}

export interface BenchedBackend {
  readonly name: string;
  readonly available: boolean;
  /** Why it is not available. */
  readonly reason?: string;
  readonly kernels?: string;
  /** Seconds until a training process is ready. */
  readonly start?: number;
  /** Tokens a second by policy. */
  readonly policies?: Readonly<Record<string, Speeds>>;
}

export interface BenchDocument {
  readonly schema: 'alignment-gap/bench@1';
  readonly version: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly platform: string };
  readonly backends: readonly BenchedBackend[];
  /** With an experiment file only. */
  readonly study?: StudyEstimate & Pick<MeasuredStudy, 'costs'> & { readonly name: string };
}

const head = () => ({
  schema: 'alignment-gap/bench@1' as const,
  version: VERSION,
  machine: { cpu: os.cpus()[0]?.model ?? 'unknown', cores: os.availableParallelism(), node: process.version, platform: `${process.platform} ${process.arch}` },
});

async function benchMachine({ backend }: Options, measuring: BenchOptions, io: Io): Promise<BenchDocument> {
  const backends: BenchedBackend[] = [];
  for (const name of backend === undefined ? BACKENDS : [backend]) {
    io.err(`Measuring ${name} …\n`);
    const answer = await measureSpeeds(name, POLICY_SHAPES, measuring);
    if (answer.kind === 'unavailable') backends.push({ name, available: false, reason: answer.reason });
    else backends.push({ name, available: true, kernels: answer.kernels, start: answer.start, policies: answer.policies });
  }
  return { ...head(), backends };
}

async function benchStudy(file: string, options: Options, measuring: BenchOptions, io: Io): Promise<BenchDocument> {
  const read = await readExperiment({ file });
  const experiment = options.backend === undefined ? read : { ...read, backend: options.backend };
  const runs = runsOf(experiment, file);
  const config = runs[0]?.config;
  if (config === undefined) throw new Error(`${file} plans no run`);
  const jobs = options.jobs ?? defaultJobs(runs.length);
  io.err(`Measuring the steps of ${experiment.name} …\n`);
  const measured = await measureStudy(config, jobs, measuring);
  await keepCalibration(config, measuring.trainerPath, measured).catch((error: unknown) => io.err(describeError(error)));
  const estimate = await estimateRuns({ runs, measured, jobs, root: options.out });
  const { backend, costs, pace, speeds } = measured;
  if (wasBusy(pace)) io.err(`Other work had the processor while this was measured: a step took ${pace.alone.toFixed(1)} times its processor time alone, ${pace.together.toFixed(1)} beside other training.\n`);
  const used: BenchedBackend = { name: backend.name, available: true, kernels: backend.kernels, start: costs.start, policies: { [experiment.name]: speeds } };
  return { ...head(), backends: [...backend.reasons.map(unavailable), used], ...(estimate === undefined ? {} : { study: { name: experiment.name, ...estimate, costs } }) };
}

/** `tensorflow: it is not installed` */
function unavailable(reason: string): BenchedBackend {
  const colon = reason.indexOf(': ');
  return { name: reason.slice(0, colon), available: false, reason: reason.slice(colon + 2) };
}
