/**
 * The performance gap: win rate of the online arm minus that of the offline arm at the same KL, only where both have data
 * (Tang et al. 2024, section 4). Intervals by a bootstrap over seeds and evaluation prompts with a fixed seed.
 */
import type { Run } from '../run/types';
import { DEFAULT_RESAMPLES } from '../statistics/bootstrap';
import { armNames, groupArms, type Arm } from './arms';
import { armReport, compareArms, gapSummary } from './compare';
import { gapNotes } from './gapNotes';
import type { GapReport } from './report';

export interface GapOptions {
  /** KL budget in nats per sequence; without it, the runs' own if they agree. */
  readonly budget?: number;
  /** Bootstrap resamples; 1000 unless told. Fewer are quicker, for a picture that follows a live run. */
  readonly resamples?: number;
  readonly seed?: number;
}

/** Never throws on runs, however odd; what cannot be computed is null, and a note says why. */
export function performanceGap(runs: readonly Run[], options: GapOptions = {}): GapReport {
  const { resamples = DEFAULT_RESAMPLES, seed = 0 } = options;
  const budget = options.budget ?? commonBudget(runs);
  const arms = groupArms(inOneOrder(runs));
  const comparison = compareArms(arms, onlineAndOffline(arms), budget, { resamples, seed });
  return {
    budget,
    arms: armNames(runs).map((name) => armReport(comparison, arms.findIndex((arm) => arm.name === name))),
    gap: gapSummary(comparison) ?? null,
    notes: gapNotes(runs, comparison),
    resamples,
    seed,
  };
}

/**
 * The bootstrap draws arm after arm and seed after seed: the same runs must give the same interval, to the digit, whether they
 * come in the order of the plan or of the folder. An interval that just misses zero in one and not in the other is no verdict.
 */
export const inOneOrder = (runs: readonly Run[]): Run[] => [...runs].sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));

export function commonBudget(runs: readonly Run[]): number | null {
  const budgets = new Set(runs.map(({ klBudget }) => klBudget));
  const [only] = budgets;
  return budgets.size === 1 && only !== undefined ? only : null;
}

function onlineAndOffline(arms: readonly Arm[]): readonly [number, number] | undefined {
  const online = arms.findIndex(({ sampling }) => sampling === 'online');
  const offline = arms.findIndex(({ sampling }) => sampling === 'offline');
  return online < 0 || offline < 0 ? undefined : [online, offline];
}
