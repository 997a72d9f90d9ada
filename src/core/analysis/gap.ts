/** The performance gap: online minus offline at matched KL. */
import type { Run } from '../run/types';
import type { GapReport } from './report';

export interface GapOptions {
  /** KL budget in nats per sequence; without it, the runs' own if they agree. */
  readonly budget?: number;
  /** Bootstrap resamples; 1000 unless told. */
  readonly resamples?: number;
  readonly seed?: number;
}

export function performanceGap(runs: readonly Run[], options: GapOptions = {}): GapReport {
  return {
    budget: options.budget ?? null,
    arms: [],
    gap: null,
    notes: runs.length === 0 ? ['There is no run.'] : [],
    resamples: options.resamples ?? 1000,
    seed: options.seed ?? 0,
  };
}
