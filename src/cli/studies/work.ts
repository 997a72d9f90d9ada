/** Plans the experiments of studies, tells what they cost, and runs them in one queue. */
import path from 'node:path';
import { longEstimate, wasBusy } from '../../core/estimate';
import type { ExperimentFile } from '../../core/experiment';
import type { Run } from '../../core/run/types';
import type { StudyForm, StudyTemplate } from '../../core/study';
import { defaultJobs, estimatePlans, openPlan, planExperiment, runPlans, type ExperimentPlan, type PlansEstimate } from '../../launch';
import { readExperimentManifest, readRun, writeFileAtomic } from '../../runlog';
import { describeError } from '../errors';
import type { Io } from '../io';
import { progressView } from '../render/progress';
import type { PlannedJob } from '../render/work';
import { listenForStop } from '../signals';
import { trainerPath } from '../trainerPath';

export interface StudyWork {
  readonly templates: readonly StudyTemplate[];
  readonly form: StudyForm;
  readonly seeds: readonly number[];
  /** Folder of experiments. */
  readonly root: string;
  readonly jobs?: number;
}

/** By the name that the study gives it; its directory may have another. */
type Plans = ReadonlyMap<string, ExperimentPlan>;

/** The experiments of all studies, each once: studies share them, and an experiment of one name is the same in all. */
export function experimentsOf({ templates, form, seeds }: Pick<StudyWork, 'templates' | 'form' | 'seeds'>): ExperimentFile[] {
  const byName = new Map(templates.flatMap((template) => template.experiments(form, seeds)).map((file) => [file.name, file]));
  return [...byName.values()];
}

export interface RanStudies {
  readonly plans: Plans;
  /** By Ctrl-C, or by `stop`, which waits for this process: then nothing is judged. */
  readonly isStopped: boolean;
}

/** Whether or not all their runs could be finished. @throws LaunchError */
export async function runStudies(work: StudyWork, io: Io): Promise<RanStudies> {
  const trainer = trainerPath();
  const plans = await planAll(work, io);
  const list = [...plans.values()];
  const runs = list.reduce((sum, plan) => sum + plan.runs.length, 0);
  const limit = work.jobs ?? defaultJobs(runs);
  const studies = work.templates.length === 1 ? (work.templates[0]?.title ?? '') : `${work.templates.length} studies`;
  io.err(`${studies}: ${list.length} ${list.length === 1 ? 'experiment' : 'experiments'}, ${runs} runs, ${limit} at a time, into ${path.resolve(work.root)}\n`);
  const signals = listenForStop(io);
  try {
    const cost = await tellCost(list, limit, trainer, io, signals.stop);
    if (cost === 'nothing left' || signals.stop.aborted) return { plans, isStopped: signals.stop.aborted };
    const view = progressView(io, { planned: cost === undefined ? [] : plannedJobs(cost), limit });
    try {
      await runPlans(list, { jobs: limit, trainerPath: trainer, signal: signals.stop, killSignal: signals.kill, onEvent: (experiment, event) => view.onEvent(event, `${experiment}/`) });
    } finally {
      view.close();
    }
    return { plans, isStopped: signals.stop.aborted };
  } finally {
    signals.dispose();
  }
}

/** Each experiment's file lies in its directory, so that it can be read, changed, and run by itself. */
async function planAll(work: StudyWork, io: Io): Promise<Map<string, ExperimentPlan>> {
  const plans = new Map<string, ExperimentPlan>();
  for (const file of experimentsOf(work)) {
    const text = `${JSON.stringify(file, null, 2)}\n`;
    const at = (name: string): string => path.join(path.resolve(work.root), name, `${name}.alignment.json`);
    const plan = await planExperiment({ file: at(file.name), text, root: work.root, mayGrow: true });
    for (const note of plan.notes.filter(() => !plan.isContinued)) io.err(`${note}\n`);
    // The copy's name is the directory's, so that running the copy finds this very directory.
    await writeFileAtomic(at(plan.name), plan.name === file.name ? text : `${JSON.stringify({ ...file, name: plan.name }, null, 2)}\n`);
    plans.set(file.name, plan);
  }
  return plans;
}

async function tellCost(plans: readonly ExperimentPlan[], jobs: number, trainer: string, io: Io, signal: AbortSignal): Promise<PlansEstimate | 'nothing left' | undefined> {
  try {
    const cost = await estimatePlans(plans, jobs, { trainerPath: trainer, signal });
    if (cost === undefined) {
      io.err('All runs are finished already.\n');
      return 'nothing left';
    }
    const busy = wasBusy(cost.estimate.pace) ? ' (measured while other work had the processor)' : '';
    io.err(`It takes ${longEstimate(cost.estimate)}${busy}${cost.finished === 0 ? '' : `; ${cost.finished} runs are finished already and kept`}.\n`);
    return cost;
  } catch (error) {
    if (signal.aborted) return undefined;
    io.err(`What it costs cannot be told:\n${describeError(error)}`);
    return undefined;
  }
}

function plannedJobs({ estimate }: PlansEstimate): PlannedJob[] {
  const ms = (seconds: number): number => 1000 * seconds;
  const experimentOf = (name: string): string => name.slice(0, name.indexOf('/'));
  return [
    ...estimate.stages.map(({ name, wallSeconds }) => ({ id: `stage:${name}`, group: `stage:${name}`, expected: ms(wallSeconds) })),
    ...estimate.runs.map(({ name, arm, wallSeconds }) => ({ id: `run:${name}`, group: `arm:${experimentOf(name)}/${arm}`, expected: ms(wallSeconds) })),
  ];
}

/**
 * The runs of each experiment: those of the plan, or without one all that lie in the folder, of the seeds asked for.
 * Experiments that are not there are absent. @throws RunLogError where a run cannot be read
 */
export async function gatherRuns(work: StudyWork, plans: Plans | undefined, seeds: readonly number[] | undefined): Promise<Map<string, readonly Run[]>> {
  const found = new Map<string, readonly Run[]>();
  for (const { name } of experimentsOf(work)) {
    const plan = plans?.get(name) ?? (plans === undefined ? await openedPlan(path.join(path.resolve(work.root), name)) : undefined);
    if (plan === undefined) continue;
    const runs = await Promise.all(plan.runs.map((run) => readRun(path.join(plan.directory, run.name))));
    found.set(name, runs.filter(({ seed }) => seeds === undefined || seed === undefined || seeds.includes(seed)));
  }
  return found;
}

async function openedPlan(directory: string): Promise<ExperimentPlan | undefined> {
  const isThere = await readExperimentManifest(directory).then(() => true, () => false);
  return isThere ? openPlan(directory) : undefined;
}
