/** Who carries an experiment out: named in `experiment.json`, so that everybody can tell a queued run from a lost one. */
import path from 'node:path';
import type { ExperimentManifest } from '../core/run/events';
import { EXPERIMENT_FILE, isAlive, processIdentity, readExperimentManifest, writeFileAtomic } from '../runlog';
import { LaunchError } from './errors';

/**
 * Enters this process as the experiment's orchestrator; the function returned takes it out again.
 * @throws LaunchError when another living process is entered.
 */
export async function ownExperiment(directory: string): Promise<() => Promise<void>> {
  const manifest = await readExperimentManifest(directory);
  const other = manifest.orchestrator;
  if (other !== undefined && isAlive(other)) {
    throw new LaunchError(
      `Process ${other.pid} on ${other.host} is carrying this experiment out already.`,
      directory,
      `Wait for it, or stop it with: alignment-gap stop ${directory}`,
    );
  }
  const write = (value: ExperimentManifest) => writeFileAtomic(path.join(directory, EXPERIMENT_FILE), `${JSON.stringify(value, null, 2)}\n`);
  const free: ExperimentManifest = { ...manifest, orchestrator: undefined };
  await write({ ...free, orchestrator: processIdentity() });
  return () => write(free);
}
