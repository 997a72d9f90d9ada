/** The tasks that an experiment file can name. */
import type { TaskSpec } from '../../core/experiment/schema';
import { summarisationTask } from './summarisation/task';
import type { Task } from './task';

export type { Task, TaskData, TaskDataSettings } from './task';

/** @param spec as in the run's configuration: a `pairs` path is absolute there. */
export function loadTask(spec: TaskSpec): Promise<Task> {
  if (spec === 'summarisation') return Promise.resolve(summarisationTask);
  return Promise.reject(new Error(`Preference pairs (${spec.pairs}) cannot be read yet.`));
}
