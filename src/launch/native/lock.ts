/** One installation of an engine at a time: a file that names who is at it. */
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProcessIdentity } from '../../core/run/events';
import { isAlive, processIdentity } from '../../runlog';
import { InstallError } from './errors';

/** A lock may be seen between its creation and its first byte. */
const UNREADABLE_LOCK_MS = 10_000;
/** A home shared by machines: a process on another one cannot be asked, so its lock must look fresh. */
const SIGN_OF_LIFE_MS = 30_000;
const TURN_MS = 20;

/**
 * Takes the lock; the function returned gives it back. A lock whose owner is gone is taken over.
 * @throws InstallError when somebody else is at it.
 */
export async function takeLock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    if (await create(file)) return keepFresh(file);
    const owner = await readOwner(file);
    if (owner === 'gone') continue;
    if (owner === 'unknown' || isAlive(owner, await lastSign(file))) throw busy(file, owner);
    await clearAway(file);
  }
}

async function create(file: string): Promise<boolean> {
  try {
    await writeFile(file, JSON.stringify(processIdentity()), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function keepFresh(file: string): () => Promise<void> {
  // A lock that somebody removed by hand is no reason to fail half-way.
  const timer = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), SIGN_OF_LIFE_MS).unref();
  return () => {
    clearInterval(timer);
    return rm(file, { force: true });
  };
}

const lastSign = (file: string): Promise<number> => stat(file).then(({ mtimeMs }) => mtimeMs, () => 0);

async function readOwner(file: string): Promise<ProcessIdentity | 'gone' | 'unknown'> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ProcessIdentity;
  } catch {
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) return 'gone';
    // Nobody's: as good as one whose process does not live.
    return Date.now() - found.mtimeMs < UNREADABLE_LOCK_MS ? 'unknown' : { ...processIdentity(), pid: 0, startTicks: '0' };
  }
}

/**
 * Removes a dead owner's lock. One at a time, and only after a second look: otherwise one that comes late would remove the
 * fresh lock of whoever was quicker.
 */
async function clearAway(file: string): Promise<void> {
  const turn = `${file}.turn`;
  if (!(await create(turn))) {
    // Held for a moment only; an old one was left by a process that was killed in it.
    const made = await lastSign(turn);
    if (made > 0 && Date.now() - made > UNREADABLE_LOCK_MS) await rm(turn, { force: true });
    return wait(TURN_MS);
  }
  try {
    const owner = await readOwner(file);
    if (typeof owner === 'object' && !isAlive(owner, await lastSign(file))) await rm(file, { force: true });
  } finally {
    await rm(turn, { force: true });
  }
}

function busy(file: string, owner: ProcessIdentity | 'unknown'): InstallError {
  const who = owner === 'unknown' ? 'Another process' : `Process ${owner.pid} on ${owner.host}`;
  return new InstallError(`${who} is installing or removing this engine already.`, file, 'Wait until it has ended, then look with: alignment-gap native');
}
