/** From jobs and their costs to the wall time of a study. */
import { paceOf, type Pace } from './costs';
import { schedule, type SizedJob } from './schedule';
import type { JobCost } from './work';

/** What the job takes alone (`seconds`, `stepSeconds`) is wall time here. */
export interface EstimatedStage extends JobCost {
  readonly name: string;
  /** It is there already: no more than looking. */
  readonly isThere: boolean;
  /** What it takes beside others. */
  readonly wallSeconds: number;
}

export interface EstimatedRun extends JobCost {
  readonly name: string;
  readonly arm: string;
  /** What it takes beside the others. */
  readonly wallSeconds: number;
}

export interface StudyEstimate {
  /** Wall seconds of the whole study. */
  readonly seconds: number;
  /** Until the first run can begin. */
  readonly stagesSeconds: number;
  /** Processes at the same time. */
  readonly jobs: number;
  readonly stages: readonly EstimatedStage[];
  readonly runs: readonly EstimatedRun[];
  /** What it rests on. */
  readonly pace: Pace;
}

interface Needing {
  /** Names of the stages that must be there first. */
  readonly needs: readonly string[];
}

export interface StudyWork {
  readonly stages: readonly (Omit<EstimatedStage, 'wallSeconds'> & Needing)[];
  /** In the order in which they begin. */
  readonly runs: readonly (Omit<EstimatedRun, 'wallSeconds'> & Needing)[];
  readonly jobs: number;
  readonly pace: Pace;
  /** Before the first process and after the last: planning, tables, report. Processor seconds, as those of the jobs. */
  readonly overhead: number;
}

const STAGE = 'stage:';
const RUN = 'run:';

export function estimateStudy({ stages, runs, jobs, pace, overhead }: StudyWork): StudyEstimate {
  const alone = paceOf(pace, 1);
  const within = (needs: readonly string[]) => needs.map((need) => STAGE + need);
  const sized: SizedJob[] = [
    ...stages.map(({ name, needs, seconds }) => ({ id: STAGE + name, needs: within(needs), seconds })),
    ...runs.map(({ name, needs, seconds }) => ({ id: RUN + name, needs: within(needs), seconds })),
  ];
  const times = new Map(schedule(sized, { limit: jobs, slowdown: (running) => paceOf(pace, running) }).map((job) => [job.id, job]));
  const wall = (id: string) => (times.get(id)?.end ?? 0) - (times.get(id)?.begin ?? 0);
  const ends = (prefix: string, field: 'begin' | 'end') => [...times.values()].filter(({ id }) => id.startsWith(prefix)).map((job) => job[field]);
  return {
    seconds: overhead * alone + Math.max(0, ...ends('', 'end')),
    stagesSeconds: runs.length === 0 ? Math.max(0, ...ends(STAGE, 'end')) : Math.min(...ends(RUN, 'begin')),
    jobs, pace,
    stages: stages.map(({ name, seconds, steps, stepSeconds, isThere }) => ({ name, seconds: seconds * alone, steps, stepSeconds: stepSeconds * alone, isThere, wallSeconds: wall(STAGE + name) })),
    runs: runs.map(({ name, arm, seconds, steps, stepSeconds }) => ({ name, arm, seconds: seconds * alone, steps, stepSeconds: stepSeconds * alone, wallSeconds: wall(RUN + name) })),
  };
}
