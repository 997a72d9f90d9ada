/** The tasks that an experiment file can name. */
import type { BuiltInTask, TaskSpec } from '../../core/experiment/schema';
import { chatArenaTask } from './chat-arena/task';
import { harmlessnessTask } from './harmlessness/task';
import { helpfulnessTask } from './helpfulness/task';
import { loadPairsTask } from './pairs/task';
import { summarisationTask } from './summarisation/task';
import type { Task } from './task';

export type { Task, TaskData, TaskDataSettings, TaskProblem } from './task';

const BUILT_IN: Readonly<Record<BuiltInTask, Task>> = {
  summarisation: summarisationTask,
  helpfulness: helpfulnessTask,
  harmlessness: harmlessnessTask,
  'chat-arena': chatArenaTask,
};

/**
 * @param spec as in the run's configuration: a `pairs` path is absolute there
 * @throws PairsFileError, NoUsablePairsError for a file of pairs that cannot be used
 */
export async function loadTask(spec: TaskSpec): Promise<Task> {
  return typeof spec === 'string' ? BUILT_IN[spec] : loadPairsTask(spec, spec.pairs);
}
