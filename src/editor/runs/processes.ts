/** Stops and goes on with runs. The processes are not ours to hold: they are found through the directories they write. */
import path from 'node:path';
import { startDetached, stopRun, type StopResult } from '../../launch';

/** Next to the runs that it writes; what the command line printed. */
export const LAUNCH_LOG = 'launch.log';

export interface Processes {
  stop(directory: string): Promise<StopResult>;
  /** `experiment`: where the log goes. */
  resume(directory: string, experiment: string, jobs: number | undefined): Promise<number>;
  run(request: RunRequest): Promise<number>;
}

export interface RunRequest {
  /** The experiment file. */
  readonly file: string;
  /** Its directory, which holds the log. */
  readonly experiment: string;
  readonly root: string;
  readonly jobs: number | undefined;
}

/** Started detached: the processes outlive the window and are found again by reading. */
export function localProcesses(cliPath: string): Processes {
  const start = (args: readonly string[], experiment: string, jobs: number | undefined) =>
    startDetached([...args, ...(jobs === undefined ? [] : ['--jobs', String(jobs)])], { cliPath, cwd: experiment, log: path.join(experiment, LAUNCH_LOG) });
  return {
    stop: (directory) => stopRun(directory),
    resume: (directory, experiment, jobs) => start(['resume', directory], experiment, jobs),
    run: ({ file, experiment, root, jobs }) => start(['run', file, '--out', root], experiment, jobs),
  };
}
