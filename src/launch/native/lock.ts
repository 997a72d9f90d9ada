/** One installation of an engine at a time. */
import { takeLock } from '../../runlog';
import { InstallError } from './errors';

/** The function returned lets the next one in. @throws InstallError when somebody else is at it. */
export async function lockEngine(folder: string): Promise<() => Promise<void>> {
  const file = `${folder}.lock`;
  const attempt = await takeLock(file);
  if ('release' in attempt) return attempt.release;
  const { owner } = attempt;
  const who = owner === undefined ? 'Another process' : `Process ${owner.pid} on ${owner.host}`;
  throw new InstallError(`${who} is installing or removing this engine already.`, file, 'Wait until it has ended, then look with: alignment-gap native');
}
