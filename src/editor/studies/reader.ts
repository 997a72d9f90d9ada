/** Finds the verdicts below a runs folder; a file that has not changed is not read again, and its state is the same object. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { readVerdictFile } from '../../core/protocol/verdict';
import { VERDICT_FILE, type StudyState } from './model/state';

interface Known {
  /** Size and time of the file. */
  readonly stamp: string;
  readonly state: StudyState;
}

export class StudyReader {
  private readonly known = new Map<string, Known>();

  /** In the order of the folders' names. A folder that is not there has none; one that cannot be listed is told of by whoever reads its runs. */
  async read(root: string): Promise<readonly StudyState[]> {
    const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
    const folders = entries.filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.')).map(({ name }) => path.join(root, name)).sort();
    const found = await Promise.all(folders.map((folder) => this.readFolder(folder)));
    return found.filter((state) => state !== undefined);
  }

  /** Of one study's folder; undefined where no verdict is in it. */
  async readFolder(folder: string): Promise<StudyState | undefined> {
    const file = path.join(folder, VERDICT_FILE);
    const there = await stat(file).catch(() => undefined);
    if (there === undefined) {
      this.known.delete(folder);
      return undefined;
    }
    const stamp = `${there.size} ${there.mtimeMs} ${there.ino}`;
    const before = this.known.get(folder);
    if (before?.stamp === stamp) return before.state;
    const state = await readState(folder, file);
    this.known.set(folder, { stamp, state });
    return state;
  }
}

async function readState(folder: string, file: string): Promise<StudyState> {
  const base = { path: folder, name: path.basename(folder) };
  try {
    const read = readVerdictFile(await readFile(file, 'utf8'));
    return read.ok ? { ...base, card: read.value } : { ...base, problem: read.error };
  } catch (error) {
    return { ...base, problem: (error as Error).message };
  }
}
