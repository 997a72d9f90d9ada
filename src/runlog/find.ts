/** Finds run directories below a path, shallowly: a root, an experiment or a run. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { readAdvice, RunLogError } from './errors';
import { RUN_FILE } from './paths';

/** root → experiment → run */
const DEPTH = 2;

/**
 * Absolute paths in natural order (`s2` before `s10`); none found is an empty list.
 * @param onProblem told of each folder below that cannot be read, while the search goes on; without it the search throws,
 *   for a list that is silently short would pass for a whole one
 * @throws RunLogError where the path itself is missing or cannot be read
 */
export async function findRunDirectories(pathOrRoot: string, onProblem?: (error: RunLogError) => void): Promise<string[]> {
  const top = path.resolve(pathOrRoot);
  const search = async (directory: string, depth: number): Promise<string[]> => {
    if (await isFile(path.join(directory, RUN_FILE))) return [directory];
    if (depth === DEPTH) return [];
    try {
      const folders = await subfolders(directory);
      return (await Promise.all(folders.map((folder) => search(folder, depth + 1)))).flat();
    } catch (error) {
      if (directory === top || onProblem === undefined || !(error instanceof RunLogError)) throw error;
      onProblem(error);
      return [];
    }
  };
  return (await search(top, 0)).sort(new Intl.Collator('en', { numeric: true }).compare);
}

/** `.artifacts` and other dot folders hold no runs; a link to a folder is as good as the folder. */
async function subfolders(directory: string): Promise<string[]> {
  try {
    const entries = (await readdir(directory, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
    const isFolder = await Promise.all(
      entries.map(async (entry) => entry.isDirectory() || (entry.isSymbolicLink() && (await isDirectory(path.join(directory, entry.name))))),
    );
    return entries.filter((_, i) => isFolder[i]).map(({ name }) => path.join(directory, name));
  } catch (error) {
    throw new RunLogError('Could not look for runs', directory, readAdvice(error), error);
  }
}

const isFile = (file: string): Promise<boolean> => stat(file).then((found) => found.isFile(), () => false);
const isDirectory = (folder: string): Promise<boolean> => stat(folder).then((found) => found.isDirectory(), () => false);
