/** Goes on with what is on disk: one run, or all unfinished runs of an experiment. */
import path from 'node:path';
import { LaunchError } from './errors';
import { livingOwner } from './owner';
import { openPlan, type ExperimentPlan } from './plan';
import { runExperiment, type LaunchOptions, type LaunchResult } from './session';

/** @param directory a run directory or an experiment directory. @throws LaunchError when it is neither. */
export async function resumePlan(directory: string): Promise<ExperimentPlan> {
  const target = path.resolve(directory);
  const whole = await tryPlan(target);
  if (whole !== undefined) return whole;
  const [parent, name] = [path.dirname(target), path.basename(target)];
  const plan = await tryPlan(parent, name);
  if (plan?.runs.length === 1) return plan;
  throw new LaunchError('This is neither a run nor an experiment that alignment-gap has planned.', target, 'Name a directory that holds run.json or experiment.json; `alignment-gap list` shows them.');
}

export async function resumeRun(directory: string, options: LaunchOptions): Promise<LaunchResult> {
  return runExperiment(await resumePlan(directory), options);
}

async function tryPlan(directory: string, only?: string): Promise<ExperimentPlan | undefined> {
  let owner;
  try {
    owner = await livingOwner(directory);
  } catch {
    // No experiment.json here: not an experiment.
    return undefined;
  }
  const plan = await openPlan(directory, only === undefined ? undefined : [only]);
  // While the experiment is being carried out, one of its runs may go on beside the others, but is then no longer the whole.
  return owner !== undefined && only !== undefined ? { ...plan, isWhole: false } : plan;
}
