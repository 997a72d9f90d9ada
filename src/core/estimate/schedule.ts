/** When jobs of known length end that wait for each other and share places: the launch queue (src/launch/queue.ts) without processes. */

export interface SizedJob {
  readonly id: string;
  /** Ids of jobs that must have ended first; ids that are not in the list count as ended. */
  readonly needs: readonly string[];
  /** What it takes alone. */
  readonly seconds: number;
}

export interface ScheduledJob {
  readonly id: string;
  readonly begin: number;
  readonly end: number;
}

export interface Places {
  /** At most this many jobs at the same time. */
  readonly limit: number;
  /** Of each of `running` jobs, time ÷ time alone; 1 where it is not given. */
  readonly slowdown?: (running: number) => number;
}

interface Running {
  readonly id: string;
  readonly begin: number;
  /** Seconds of the job that are left, counted as if it were alone. */
  left: number;
}

/**
 * List scheduling: whenever a place is free, the first job of the list whose needs have ended begins.
 * @returns the jobs in the order in which they end. @throws Error when jobs wait for each other.
 */
export function schedule(jobs: readonly SizedJob[], { limit, slowdown = () => 1 }: Places): ScheduledJob[] {
  const open = new Set(jobs.map(({ id }) => id));
  const ended: ScheduledJob[] = [];
  let waiting = [...jobs];
  let running: Running[] = [];
  let now = 0;
  while (waiting.length > 0 || running.length > 0) {
    waiting = waiting.filter(({ id, needs, seconds }) => {
      if (running.length >= limit || needs.some((need) => open.has(need))) return true;
      running.push({ id, begin: now, left: Math.max(0, seconds) });
      return false;
    });
    if (running.length === 0) throw new Error(`These jobs wait for each other: ${waiting.map(({ id }) => id).join(', ')}.`);
    const pace = slowdown(running.length);
    const step = Math.min(...running.map(({ left }) => left));
    now += step * pace;
    for (const job of running) job.left -= step;
    // The shortest one has ended; rounding may leave others a hair above zero, which then end in a step of no length.
    for (const { id, begin } of running.filter(({ left }) => left <= 0)) {
      open.delete(id);
      ended.push({ id, begin, end: now });
    }
    running = running.filter(({ left }) => left > 0);
  }
  return ended;
}
