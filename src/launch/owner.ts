/** Who carries an experiment out: named in `experiment.json`, so that everybody can tell a run that waits from one that nobody will begin. */
import path from 'node:path';
import type { ExperimentManifest, ProcessIdentity } from '../core/run/events';
import { EXPERIMENT_FILE, livingOrchestrator, processIdentity, readExperimentManifest, takeLock, writeFileAtomic } from '../runlog';
import { LaunchError } from './errors';

/** The process at work on the experiment, if any. @throws RunLogError when the directory is no experiment. */
export async function livingOwner(directory: string): Promise<ProcessIdentity | undefined> {
  return livingOrchestrator(directory, await readExperimentManifest(directory));
}

/**
 * Enters this process as the experiment's orchestrator; the function returned takes it out again.
 * @throws LaunchError when another living process is entered.
 */
export async function ownExperiment(directory: string): Promise<() => Promise<void>> {
  await refuseOther(directory);
  const entering = await takeLock(path.join(directory, `.${EXPERIMENT_FILE}.lock`)).catch((error: unknown) => {
    throw new LaunchError(`The experiment's directory cannot be written: ${(error as Error).message}`, directory, 'Check that you may write there, then run it again.', { cause: error });
  });
  // Two that begin at the same moment would both find nobody entered.
  if (!('release' in entering)) throw taken(directory, entering.owner);
  try {
    await refuseOther(directory);
    const free: ExperimentManifest = { ...(await readExperimentManifest(directory)), orchestrator: undefined };
    const write = (value: ExperimentManifest) => writeFileAtomic(path.join(directory, EXPERIMENT_FILE), `${JSON.stringify(value, null, 2)}\n`);
    await write({ ...free, orchestrator: processIdentity() });
    return () => write(free);
  } finally {
    await entering.release();
  }
}

/** @throws LaunchError, and RunLogError where the directory is no experiment: before anything is written there. */
async function refuseOther(directory: string): Promise<void> {
  const other = await livingOwner(directory);
  if (other !== undefined) throw taken(directory, other);
}

function taken(directory: string, owner: ProcessIdentity | undefined): LaunchError {
  const who = owner === undefined ? 'Another process' : `Process ${owner.pid} on ${owner.host}`;
  return new LaunchError(`${who} is carrying this experiment out already.`, directory, `Wait for it, or stop it with: alignment-gap stop ${directory}`);
}
