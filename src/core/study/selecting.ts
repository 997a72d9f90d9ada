/** Picks the runs of an arm out of a study's runs. */
import type { Run } from '../run/types';
import type { Selection } from './effects';
import type { StudyRuns } from './types';

export interface Pick {
  readonly experiment: string;
  readonly arm: string;
  /** All of them, unless one is named. */
  readonly beta?: number;
  /** What it is called in pictures; the arm's name unless told otherwise. */
  readonly as?: string;
}

export function select(runs: StudyRuns, { experiment, arm, beta, as = arm }: Pick): Selection {
  const found = (runs.get(experiment) ?? []).filter((run: Run) => run.arm === arm && (beta === undefined || run.beta === beta));
  return { name: as, runs: found };
}
