/**
 * The performance gap: win rate of the online arm minus that of the offline arm at the same KL, only where both have data
 * (Tang et al. 2024, section 4). Intervals by a bootstrap over seeds and evaluation prompts with a fixed seed.
 */
import type { Run } from '../run/types';
import { DEFAULT_RESAMPLES } from '../statistics/bootstrap';
import { armNames, groupArms, inOneOrder, type Arm } from './arms';
import { armReport, compareArms, gapSummary } from './compare';
import { gapNotes } from './gapNotes';
import type { GapReport } from './report';

export interface GapOptions {
  /** KL budget in nats per sequence; without it, the runs' own if they agree. */
  readonly budget?: number;
  /** Bootstrap resamples; 1000 unless told. Fewer are quicker, for a picture that follows a live run. */
  readonly resamples?: number;
  readonly seed?: number;
  /** At which the KLs that two arms spend are compared; without it, nine tenths of either arm's gain. */
  readonly winRate?: number;
  /** Names of two arms, of which the gap is the first minus the second; without it, the first online and the first offline arm. */
  readonly between?: readonly [string, string];
}

/** Never throws on runs, however odd; what cannot be computed is null, and a note says why. */
export function performanceGap(runs: readonly Run[], options: GapOptions = {}): GapReport {
  const { resamples = DEFAULT_RESAMPLES, seed = 0 } = options;
  const budget = options.budget ?? commonBudget(runs);
  const arms = groupArms(inOneOrder(runs));
  const { between } = options;
  const comparison = compareArms(arms, between === undefined ? onlineAndOffline(arms) : indicesOf(arms, between), budget, { resamples, seed, gao: true });
  return {
    budget,
    arms: armNames(runs).map((name) => armReport(comparison, arms.findIndex((arm) => arm.name === name))),
    gap: gapSummary(comparison, options.winRate) ?? null,
    notes: [...(between ?? []).flatMap((name) => unknownNotes(arms, name)), ...gapNotes(runs, comparison)],
    resamples,
    seed,
  };
}

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

function indicesOf(arms: readonly Arm[], [a, b]: readonly [string, string]): readonly [number, number] | undefined {
  const [first, second] = [arms.findIndex(({ name }) => name === a), arms.findIndex(({ name }) => name === b)];
  return first < 0 || second < 0 ? undefined : [first, second];
}

const unknownNotes = (arms: readonly Arm[], name: string): string[] =>
  arms.some((arm) => arm.name === name) ? [] : [`No run belongs to ${name}: the arms are ${arms.map((arm) => arm.name).join(', ') || 'none'}.`];
