/** From the paths of a call to the runs that they mean. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Run } from '../core/run/types';
import { DEFAULT_ROOT, findRunDirectories, readRun } from '../runlog';
import { CliError } from './errors';

export { DEFAULT_ROOT };

/** Told of what cannot be read while the rest is; without it, the first problem is thrown, for a result must not be silently short. */
export type OnProblem = (error: unknown) => void;

/** All runs under the paths (roots, experiments, runs), each once, in the order of the paths. @throws CliError, exit 1. */
export async function loadRuns(paths: readonly string[], onProblem?: OnProblem): Promise<Run[]> {
  const directories = new Set<string>();
  for (const given of paths) for (const directory of await runDirectories(given, onProblem)) directories.add(directory);
  const runs = [...directories].map(async (directory) => {
    try {
      return await readRun(directory);
    } catch (error) {
      if (onProblem === undefined) throw error;
      onProblem(error);
      return undefined;
    }
  });
  return (await Promise.all(runs)).filter((run) => run !== undefined);
}

/** Exactly one run. @throws CliError, exit 1, also when the path holds several. */
export async function loadRun(given: string): Promise<Run> {
  const [first, ...others] = await runDirectories(given);
  if (first === undefined || others.length > 0) {
    const names = [first ?? '', ...others].slice(0, 4).map((directory) => path.relative(process.cwd(), directory));
    throw new CliError(`One run is needed, and there are ${others.length + 1}.`, given, `Name one of them: ${names.join(', ')}${others.length > 3 ? ', …' : ''}`);
  }
  return readRun(first);
}

async function runDirectories(given: string, onProblem?: OnProblem): Promise<string[]> {
  const target = path.resolve(given);
  try {
    await stat(target);
  } catch (error) {
    throw new CliError(`It cannot be read: ${(error as Error).message}`, given, 'Check the path; `alignment-gap list` shows what is there.');
  }
  const found = await findRunDirectories(target, onProblem);
  if (found.length > 0) return found;
  throw new CliError(
    'There is no run of alignment-gap here. This version reads its own runs only; logs of other trainers cannot be read yet.',
    given,
    'Name a run, an experiment or the folder of experiments, or start one with `alignment-gap run`.',
  );
}
