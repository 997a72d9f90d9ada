/** A queue over processes that respects dependencies. Knows nothing of what a job does. */

export type JobOutcome = 'done' | 'failed' | 'stopped';

/** `blocked`: a job that it needs did not end as `done`; `cancelled`: the queue was told to stop before the job began. */
export type JobResult =
  | { readonly id: string; readonly result: JobOutcome; readonly error?: unknown }
  | { readonly id: string; readonly result: 'blocked'; readonly by: string }
  | { readonly id: string; readonly result: 'cancelled' };

export interface Job {
  readonly id: string;
  /** Ids of jobs that must be done first; ids that are not in the queue count as done. */
  readonly needs: readonly string[];
  /** A rejection counts as `failed`. */
  readonly start: () => Promise<JobOutcome>;
}

export interface QueueOptions {
  /** At most this many jobs at the same time. */
  readonly limit: number;
  /** Once aborted, no further job begins; those begun are waited for (who aborts also ends them). */
  readonly signal?: AbortSignal;
  /** Called once for each job, also for those never begun. */
  readonly onSettled?: (settled: JobResult) => void | Promise<void>;
}

/** Runs all jobs, in the order given where their needs allow; resolves when the last one has ended. One failure stops no other. */
export async function runQueue(jobs: readonly Job[], options: QueueOptions): Promise<readonly JobResult[]> {
  const known = new Set(jobs.map((job) => job.id));
  const results = new Map<string, JobResult>();
  const running = new Map<string, Promise<void>>();
  let waiting = [...jobs];

  const settle = async (settled: JobResult) => {
    results.set(settled.id, settled);
    await options.onSettled?.(settled);
  };
  const begin = (job: Job) => {
    const ending = job.start().then(
      (result) => settle({ id: job.id, result }),
      (error: unknown) => settle({ id: job.id, result: 'failed', error }),
    );
    running.set(job.id, ending.finally(() => running.delete(job.id)));
  };
  const isDone = (id: string) => !known.has(id) || results.get(id)?.result === 'done';

  while (waiting.length > 0 || running.size > 0) {
    const later: Job[] = [];
    for (const job of waiting) {
      const unmet = job.needs.find((need) => results.has(need) && !isDone(need));
      if (options.signal?.aborted === true) await settle({ id: job.id, result: 'cancelled' });
      else if (unmet !== undefined) await settle({ id: job.id, result: 'blocked', by: unmet });
      else if (running.size < options.limit && job.needs.every(isDone)) begin(job);
      else later.push(job);
    }
    if (running.size > 0) await Promise.race(running.values());
    else if (later.length === waiting.length && later.length > 0) {
      throw new Error(`These jobs wait for each other: ${later.map((job) => job.id).join(', ')}.`);
    }
    waiting = later;
  }
  return [...results.values()];
}
