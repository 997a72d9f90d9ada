/** How long a study will still take: each job judged by its own pace, what has not begun by finished jobs of its kind. */

export interface TimedJob {
  readonly id: string;
  /** Jobs of one group take about as long as each other: the runs of an arm, or a stage by itself. */
  readonly group: string;
  readonly state: 'waiting' | 'running' | 'ended';
  /** 0 to 1. */
  readonly fraction: number;
}

interface Seen {
  readonly since: number;
  readonly from: number;
  /** ms that the whole job takes, as it was when it ended. */
  whole?: number;
}

/** A pace read off less than this is none. */
const LEAST_FRACTION = 0.02;

export class TimeLeft {
  private readonly seen = new Map<string, Seen>();

  /**
   * @param now ms. @param limit jobs at the same time.
   * @returns ms; undefined while a job's pace is not known yet.
   */
  observe(jobs: readonly TimedJob[], now: number, limit: number): number | undefined {
    for (const job of jobs) this.note(job, now);
    const each = jobs.filter(({ state }) => state !== 'ended').map((job) => this.remaining(job, jobs, now));
    if (each.some((left) => left === undefined)) return undefined;
    const known = each.map((left) => left ?? 0);
    // Jobs fill the places evenly, but no job is divided.
    return Math.max(0, ...known, known.reduce((sum, left) => sum + left, 0) / Math.max(1, limit));
  }

  private note({ id, state, fraction }: TimedJob, now: number): void {
    const before = this.seen.get(id);
    if (state === 'running' && before === undefined) this.seen.set(id, { since: now, from: fraction });
    if (state === 'ended' && before !== undefined && before.whole === undefined && fraction > before.from) before.whole = (now - before.since) / (fraction - before.from);
  }

  private remaining(job: TimedJob, jobs: readonly TimedJob[], now: number): number | undefined {
    const seen = this.seen.get(job.id);
    const done = job.fraction - (seen?.from ?? 0);
    if (job.state === 'running' && seen !== undefined && done >= LEAST_FRACTION) return ((1 - job.fraction) * (now - seen.since)) / done;
    const ended = jobs.filter(({ group }) => group === job.group).flatMap(({ id }) => this.seen.get(id)?.whole ?? []);
    return ended.length === 0 ? undefined : (1 - job.fraction) * (ended.reduce((sum, whole) => sum + whole, 0) / ended.length);
  }
}

/** `about 2 min left`; `? left` where it cannot be told yet. */
export function timeLeftText(left: number | undefined): string {
  if (left === undefined) return '? left';
  const seconds = left / 1000;
  if (seconds < 10) return 'a few seconds left';
  if (seconds < 60) return `about ${Math.ceil(seconds / 10) * 10} s left`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `about ${minutes} min left` : `about ${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min left`;
}
