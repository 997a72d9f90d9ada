/** The tasks that an experiment file can name. */
import type { TaskSpec } from '../../core/experiment/schema';
import { loadPairsTask } from './pairs/task';
import { summarisationTask } from './summarisation/task';
import type { Task } from './task';

export type { Task, TaskData, TaskDataSettings, TaskProblem } from './task';

/**
 * @param spec as in the run's configuration: a `pairs` path is absolute there
 * @throws PairsFileError, NoUsablePairsError for a file of pairs that cannot be used
 */
export async function loadTask(spec: TaskSpec): Promise<Task> {
  return spec === 'summarisation' ? summarisationTask : loadPairsTask(spec, spec.pairs);
}
