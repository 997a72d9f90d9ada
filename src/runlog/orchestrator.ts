/** Whether the process that carries an experiment out still does: it is named in `experiment.json`. */
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { ExperimentManifest, ProcessIdentity } from '../core/run/events';
import { EXPERIMENT_FILE, METRICS_FILE, STAGES_FILE } from './paths';
import { isAlive } from './process';

/**
 * The process at work on the experiment, if any. One on another host is judged as runs are, by its last sign of life: the
 * newest of all that an experiment writes. So a directory copied from a cluster does not wait for ever for that cluster.
 */
export async function livingOrchestrator(directory: string, { orchestrator, runs }: ExperimentManifest): Promise<ProcessIdentity | undefined> {
  if (orchestrator === undefined) return undefined;
  const lastSign = orchestrator.host === hostname() ? undefined : await newestWrite(directory, runs);
  return isAlive(orchestrator, lastSign) ? orchestrator : undefined;
}

/** ms since the epoch; 0 where nothing is there. */
async function newestWrite(directory: string, runs: readonly string[]): Promise<number> {
  const files = [EXPERIMENT_FILE, STAGES_FILE, ...runs.map((name) => path.join(name, METRICS_FILE))];
  const times = files.map((file) => stat(path.join(directory, file)).then(({ mtimeMs }) => mtimeMs, () => 0));
  return Math.max(...(await Promise.all(times)));
}
