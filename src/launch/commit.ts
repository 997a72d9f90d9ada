/** The commit of the code that an experiment file lies in, where git tells; a run can be traced back to it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PATIENCE_MS = 2000;

/** The commit of the repository around `directory`, `-dirty` when files differ; `undefined` without git or a repository. */
export async function codeCommit(directory: string): Promise<string | undefined> {
  const git = async (...args: string[]) => (await run('git', args, { cwd: directory, timeout: PATIENCE_MS, windowsHide: true })).stdout.trim();
  try {
    const [commit, changes] = await Promise.all([git('rev-parse', 'HEAD'), git('status', '--porcelain', '--untracked-files=no')]);
    return changes === '' ? commit : `${commit}-dirty`;
  } catch {
    // No git, no repository, or one too slow to ask: the commit is a convenience, not a need.
    return undefined;
  }
}
