/** One at a time, over all processes: a file that names who is at it. */
import { createHash } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProcessIdentity } from '../core/run/events';
import { codeOf } from './errors';
import { isAlive, processIdentity } from './process';

/** A lock may be seen between its creation and its first byte; only an old unreadable one is abandoned. */
const UNREADABLE_LOCK_MS = 10_000;
/** In a folder shared by machines: a process on another one cannot be asked, so its lock must look fresh. */
const SIGN_OF_LIFE_MS = 30_000;
const CLAIM_WAIT_MS = 20;

export type LockAttempt =
  /** Taken; `release` gives it back. */
  | { readonly release: () => Promise<void> }
  /** Somebody else is at it; undefined where the file does not say yet who. */
  | { readonly owner: ProcessIdentity | undefined };

/** Takes the lock unless somebody has it. One whose owner is gone is taken over. @throws as writing the file does. */
export async function takeLock(file: string): Promise<LockAttempt> {
  for (;;) {
    if (await create(file)) return { release: keepFresh(file) };
    const content = await contentOf(file);
    if (content === undefined) continue;
    const lastSign = await lastSignOf(file);
    const owner = ownerOf(content);
    const isHeld = owner === undefined ? Date.now() - lastSign < UNREADABLE_LOCK_MS : isAlive(owner, lastSign);
    if (isHeld) return { owner };
    await removeDead(file, content);
  }
}

async function create(file: string): Promise<boolean> {
  try {
    await writeFile(file, JSON.stringify(processIdentity()), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  }
}

/** Undefined where it is gone. */
async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return undefined;
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

/** ms since the epoch; 0 where it is gone. */
const lastSignOf = (file: string): Promise<number> => stat(file).then(({ mtimeMs }) => mtimeMs, () => 0);

function ownerOf(content: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(content) as ProcessIdentity;
  } catch {
    // Not written yet, or torn by a power cut: its age decides.
    return undefined;
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
    const made = await lastSignOf(claim);
    // One that is gone meanwhile is done with; the name may be somebody else's claim by now.
    if (made > 0 && Date.now() - made > UNREADABLE_LOCK_MS) await rm(claim, { force: true });
    await wait(CLAIM_WAIT_MS);
    return;
  }
  try {
    if ((await contentOf(file)) === content) await rm(file, { force: true });
  } finally {
    await rm(claim, { force: true });
  }
}
