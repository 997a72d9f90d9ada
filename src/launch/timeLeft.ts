/**
 * How long a study will still take: each job judged by its own pace, what has not begun by finished jobs of its kind or by what it
 * was expected to take; all of them then filled into the places as the queue does it.
 */
import { schedule } from '../core/estimate/schedule';

export interface TimedJob {
  readonly id: string;
  /** Jobs of one group take about as long as each other: the runs of an arm, or a stage by itself. */
  readonly group: string;
  readonly state: 'waiting' | 'running' | 'ended';
  /** 0 to 1. */
  readonly fraction: number;
  /** Ids of jobs that must have ended before it begins. */
  readonly needs?: readonly string[];
  /** ms that the whole job was expected to take before it began; what is seen of its kind counts more. */
  readonly expected?: number;
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
    const open = jobs.filter(({ state }) => state !== 'ended').map((job) => ({ ...job, left: this.remaining(job, jobs, now) }));
    if (open.some(({ left }) => left === undefined)) return undefined;
    // Running ones have their places already.
    const order = [...open.filter(({ state }) => state === 'running'), ...open.filter(({ state }) => state === 'waiting')];
    const sized = order.map(({ id, needs = [], state, left = 0 }) => ({ id, needs: state === 'running' ? [] : needs, seconds: left }));
    return Math.max(0, ...schedule(sized, { limit: Math.max(1, limit) }).map(({ end }) => end));
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
    const whole = ended.length === 0 ? job.expected : ended.reduce((sum, one) => sum + one, 0) / ended.length;
    return whole === undefined ? undefined : this.unseen(job, whole, now);
  }

  /** Of a job whose own pace is not known yet: what it does not show, the time since it began does. */
  private unseen(job: TimedJob, whole: number, now: number): number {
    const began = this.seen.get(job.id)?.since;
    const left = (1 - job.fraction) * whole;
    return job.state === 'running' && began !== undefined ? Math.max(0, Math.min(left, whole - (now - began))) : left;
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
