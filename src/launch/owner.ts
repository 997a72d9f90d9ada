/** Who carries an experiment out: named in `experiment.json`, so that everybody can tell a queued run from a lost one. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ExperimentManifest, ProcessIdentity } from '../core/run/events';
import { EXPERIMENT_FILE, isAlive, METRICS_FILE, processIdentity, readExperimentManifest, STAGES_FILE, writeFileAtomic } from '../runlog';
import { LaunchError } from './errors';

/** The process at work on the experiment, if any. @throws RunLogError when the directory is no experiment. */
export async function livingOwner(directory: string): Promise<ProcessIdentity | undefined> {
  const manifest = await readExperimentManifest(directory);
  const { orchestrator } = manifest;
  return orchestrator !== undefined && isAlive(orchestrator, await lastSign(directory, manifest)) ? orchestrator : undefined;
}

/**
 * Enters this process as the experiment's orchestrator; the function returned takes it out again.
 * @throws LaunchError when another living process is entered.
 */
export async function ownExperiment(directory: string): Promise<() => Promise<void>> {
  const other = await livingOwner(directory);
  if (other !== undefined) {
    throw new LaunchError(
      `Process ${other.pid} on ${other.host} is carrying this experiment out already.`,
      directory,
      `Wait for it, or stop it with: alignment-gap stop ${directory}`,
    );
  }
  const free: ExperimentManifest = { ...(await readExperimentManifest(directory)), orchestrator: undefined };
  const write = (value: ExperimentManifest) => writeFileAtomic(path.join(directory, EXPERIMENT_FILE), `${JSON.stringify(value, null, 2)}\n`);
  await write({ ...free, orchestrator: processIdentity() });
  return () => write(free);
}

/** When anything was last written for the experiment, ms since the epoch: what a process on another host is judged by. */
async function lastSign(directory: string, { runs }: ExperimentManifest): Promise<number> {
  const files = [EXPERIMENT_FILE, STAGES_FILE, ...runs.map((name) => path.join(name, METRICS_FILE))];
  const times = files.map((file) => stat(path.join(directory, file)).then(({ mtimeMs }) => mtimeMs, () => 0));
  return Math.max(...(await Promise.all(times)));
}
