/** One installation of an engine at a time: a file that names who is at it. */
import { createHash } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import type { ProcessIdentity } from '../../core/run/events';
import { isAlive, processIdentity } from '../../runlog';
import { InstallError } from './errors';

/** A lock may be seen between its creation and its first byte. */
const UNREADABLE_LOCK_MS = 10_000;
/** A home shared by machines: a process on another one cannot be asked, so its lock must look fresh. */
const SIGN_OF_LIFE_MS = 30_000;
const CLAIM_WAIT_MS = 20;

/**
 * Takes the lock; the function returned gives it back. A lock whose owner is gone is taken over.
 * @throws InstallError when somebody else is at it.
 */
export async function takeLock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    if (await create(file)) return keepFresh(file);
    const content = await readFile(file, 'utf8').catch(() => undefined);
    if (content === undefined) continue;
    const owner = ownerOf(content, await lastSign(file));
    if (owner === 'unknown' || isAlive(owner, await lastSign(file))) throw busy(file, owner);
    await removeDead(file, content);
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

function ownerOf(content: string, modified: number): ProcessIdentity | 'unknown' {
  try {
    return JSON.parse(content) as ProcessIdentity;
  } catch {
    // Nobody's: as good as one whose process does not live.
    return Date.now() - modified < UNREADABLE_LOCK_MS ? 'unknown' : { ...processIdentity(), pid: 0, startTicks: '0' };
  }
}

/**
 * Only who holds the claim to this very content may remove it, and a dead owner's content changes in no other way: so nobody
 * can remove the lock of whoever took over first.
 */
async function removeDead(file: string, content: string): Promise<void> {
  const claim = `${file}.${createHash('sha256').update(content).digest('hex').slice(0, 16)}`;
  if (!(await create(claim))) {
    // Whoever claimed it is about to remove it, unless it died on the way.
    const made = await lastSign(claim);
    // One that is gone meanwhile is done with; the name may be somebody else's claim by now.
    if (made > 0 && Date.now() - made > UNREADABLE_LOCK_MS) await rm(claim, { force: true });
    await new Promise((resolve) => setTimeout(resolve, CLAIM_WAIT_MS));
    return;
  }
  try {
    if ((await readFile(file, 'utf8').catch(() => undefined)) === content) await rm(file, { force: true });
  } finally {
    await rm(claim, { force: true });
  }
}

function busy(file: string, owner: ProcessIdentity | 'unknown'): InstallError {
  const who = owner === 'unknown' ? 'Another process' : `Process ${owner.pid} on ${owner.host}`;
  return new InstallError(`${who} is installing or removing this engine already.`, file, 'Wait until it has ended, then look with: alignment-gap native');
}
