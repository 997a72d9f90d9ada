/** How far an experiment is: a pure reduction of what the launcher tells, drawn by bars or by plain lines. */
import type { LaunchEvent } from '../../launch';
import type { TimedJob } from '../../launch/timeLeft';

export interface JobState {
  /** `run:` or `stage:` and the name. */
  readonly id: string;
  readonly label: string;
  readonly kind: 'stage' | 'run';
  readonly state: 'running' | 'done' | 'failed' | 'stopped' | 'blocked' | 'cancelled';
  /** 0 to 1. */
  readonly fraction: number;
  /** What it measured last, in words. */
  readonly detail: string;
  readonly message?: string;
}

export type WorkState = ReadonlyMap<string, JobState>;

/**
 * The state after an event; events of jobs never announced are passed over.
 * @param within the experiment of several, with a slash: begins the names of its jobs
 */
export function advance(state: WorkState, event: LaunchEvent, within = ''): WorkState {
  const ofStage = (stage: string) => ({ id: `stage:${within}${stage}`, label: `${within}${stage}`, kind: 'stage' as const });
  const ofRun = (name: string) => ({ id: `run:${within}${name}`, label: `${within}${name}`, kind: 'run' as const });
  switch (event.kind) {
    case 'note':
      return state;
    case 'stage-started':
      return with_(state, { ...ofStage(event.stage), state: 'running', fraction: 0, detail: '' });
    case 'run-started':
      return with_(state, { ...ofRun(event.name), state: 'running', fraction: 0, detail: '' });
    case 'stage-progress':
      return change(state, ofStage(event.stage).id, { fraction: event.event.fraction, detail: event.event.state === 'cached' ? 'there already' : factsText(event.event.facts) });
    case 'run-progress': {
      const { progress, checkpoints } = event.run;
      const fraction = progress === undefined ? 0 : progress.step / progress.steps;
      const measured = checkpoints.at(-1)?.metrics;
      const parts = [
        progress === undefined ? '' : `step ${progress.step}/${progress.steps}`,
        measured?.kl === undefined ? '' : `KL ${measured.kl.value.toFixed(2)}`,
        measured?.winRate === undefined ? '' : `win ${(100 * measured.winRate.value).toFixed(1)}%`,
      ];
      return change(state, ofRun(event.name).id, { fraction, detail: parts.filter((part) => part !== '').join('  ') });
    }
    case 'stage-ended':
      return end(state, ofStage(event.stage), event);
    case 'run-ended':
      return end(state, ofRun(event.name), event);
  }
}

const with_ = (state: WorkState, job: JobState): WorkState => new Map([...state, [job.id, job]]);

function change(state: WorkState, id: string, part: Partial<JobState>): WorkState {
  const job = state.get(id);
  return job === undefined ? state : with_(state, { ...job, ...part });
}

function end(state: WorkState, job: Pick<JobState, 'id' | 'label' | 'kind'>, { result, message }: Extract<LaunchEvent, { kind: 'run-ended' | 'stage-ended' }>): WorkState {
  const before = state.get(job.id) ?? { fraction: 0, detail: '' };
  return with_(state, { ...job, ...before, state: result, fraction: result === 'done' ? 1 : before.fraction, ...(message === undefined ? {} : { message }) });
}

const factsText = (facts: Readonly<Record<string, number | string>> | undefined) =>
  Object.entries(facts ?? {}).slice(0, 3).map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`).join('  ');

const SIGNS: Readonly<Record<JobState['state'], string>> = { running: '▶', done: '✔', failed: '✖', stopped: '■', blocked: '✖', cancelled: '◌' };

/** `✔ online-b0.1-s1  step 500/500  KL 4.31  win 38.2%` */
export function jobLine({ state, label, detail, message }: JobState): string {
  // What blocked it was said when that failed; a study of many runs would say it many times.
  const why = state === 'blocked' ? '' : (message ?? '');
  return [`${SIGNS[state]} ${label}`, state === 'done' || state === 'running' ? '' : state, detail, why].filter((part) => part !== '').join('  ');
}

/** A stage or run of the plan, as far as it is known before it begins; `id` as in `JobState`. */
export type PlannedJob = Omit<TimedJob, 'state' | 'fraction'>;

/** The plan's jobs for an estimate of the time left. */
export const timedJobs = (planned: readonly PlannedJob[], state: WorkState): TimedJob[] =>
  planned.map((one) => {
    const job = state.get(one.id);
    return { ...one, fraction: job?.fraction ?? 0, state: job === undefined ? 'waiting' : job.state === 'running' ? 'running' : 'ended' };
  });

/** Share of the work that is done, every job counted alike. */
export function totalFraction(state: WorkState, jobs: number): number {
  const sum = [...state.values()].reduce((total, job) => total + job.fraction, 0);
  return jobs === 0 ? 1 : Math.min(1, sum / jobs);
}
