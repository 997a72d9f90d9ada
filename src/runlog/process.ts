/** Who a process is and whether it still lives: a pid alone may have been given to another process since. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessIdentity } from '../core/run/events';

/** A process on another host cannot be asked; it counts as alive while it has been heard of within this time. */
export const FOREIGN_HOST_SILENCE_MS = 2 * 60_000;

export function processIdentity(pid: number = process.pid): ProcessIdentity {
  const startTicks = procStat(pid)?.startTicks;
  return { pid, host: hostname(), ...(startTicks === undefined ? {} : { startTicks }) };
}

/**
 * @param lastSign when the process was last heard of (ms since the epoch), e.g. the time its log was last written. It
 *   decides only for another host (a cluster's node, a container): heard of within two minutes, or no time given, is alive.
 *   Wrongly "alive" delays a resume by two minutes; wrongly "gone" would let two processes write one log.
 */
export function isAlive(identity: ProcessIdentity, lastSign?: number): boolean {
  if (identity.host !== hostname()) return lastSign === undefined || Date.now() - lastSign < FOREIGN_HOST_SILENCE_MS;
  const stat = procStat(identity.pid);
  if (stat === undefined) return signalReaches(identity.pid);
  // A zombie has a pid and answers signals, but will never write again.
  if (stat.state === 'Z' || stat.state === 'X') return false;
  return identity.startTicks === undefined || identity.startTicks === stat.startTicks;
}

/** From /proc/<pid>/stat: the name in parentheses may hold anything, so fields are counted from behind it. */
function procStat(pid: number): { readonly state: string; readonly startTicks: string } | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // Fields 3 (state) and 22 (start time) of proc(5).
    const [state, startTicks] = [fields[0], fields[19]];
    return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
  } catch {
    // No such process, or no /proc: the signal below tells.
    return undefined;
  }
}

function signalReaches(pid: number): boolean {
  // 0 and negative numbers would address process groups.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
