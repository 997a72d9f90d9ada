/** What the gap analysis hands over, and its JSON document. KL in nats per sequence, win rates as fractions. */
import type { Sampling } from '../run/types';
import type { Interval } from '../statistics/intervals';
import type { GaoFits } from './gao';
import type { Range } from './grids';
import type { KlRatio } from './klRatio';

export interface Valued extends Interval {
  readonly value: number;
}

/** One checkpoint of one run. */
export interface FrontierPoint {
  /** Id of the run. */
  readonly run: string;
  readonly step: number;
  readonly kl: number;
  readonly winRate: number;
  readonly low?: number;
  readonly high?: number;
}

/** A win rate with its 95% interval at a KL. */
export interface CurvePoint extends Interval {
  readonly kl: number;
  readonly winRate: number;
}

export interface MatchedGap extends Valued {
  readonly kl: number;
}

export interface ArmReport {
  readonly name: string;
  readonly sampling: Sampling;
  /** Ids of the runs. */
  readonly runs: readonly string[];
  readonly points: readonly FrontierPoint[];
  /** The smooth curve with its band, over the arm's own KL range; null with fewer than three distinct KLs. */
  readonly fit: readonly CurvePoint[] | null;
  /** Best win rate within each KL, chosen on one half of the prompts and scored on the other. */
  readonly attainable: readonly CurvePoint[] | null;
  /** Best checkpoint of a run, mean over runs, winner's curse removed where prompts' outcomes are there. */
  readonly peak: CurvePoint | null;
  /** The fit at the budget; null outside the arm's KL range. */
  readonly atBudget: CurvePoint | null;
  /** The attainable win rate within the budget, at the mean KL of the checkpoints chosen; where the fit does not reach. */
  readonly withinBudget: CurvePoint | null;
  /** Win rate gained from step 0 to the peak, per nat. */
  readonly efficiency: number | null;
  /** Over-optimisation after Gao et al. 2023; null where it was not asked for. */
  readonly gao: GaoFits | null;
}

export interface GapSummary {
  /** Online arm, offline arm: the gap is the first minus the second. */
  readonly between: readonly [string, string];
  /** KLs that both arms cover; null where they share none. */
  readonly overlap: Range | null;
  readonly matched: readonly MatchedGap[];
  /** Over the KL range that both arms cover. */
  readonly mean: Valued | null;
  /** Area between the curves over log KL, divided by the width of the overlap in log KL; the axis of Tang et al.'s figures. */
  readonly meanLogKl: Valued | null;
  /** The same over √KL. */
  readonly meanRootKl: Valued | null;
  /** What either arm spends for the same win rate; empty without two curves. */
  readonly klRatios: readonly KlRatio[];
  /** Of the fits at the budget; null where not both arms reach it. */
  readonly atBudget: Valued | null;
  /** Of the best checkpoints within the budget. */
  readonly withinBudget: Valued | null;
  readonly peak: Valued | null;
}

export interface GapReport {
  readonly budget: number | null;
  readonly arms: readonly ArmReport[];
  /** Null where there is no online or no offline arm; a note says so. */
  readonly gap: GapSummary | null;
  /** What a reader must know before believing a number; whole sentences. */
  readonly notes: readonly string[];
  readonly resamples: number;
  readonly seed: number;
}

/** `gap --json`, schema alignment-gap/gap@1. */
export function gapDocument(report: GapReport): object {
  const { budget, arms, gap, notes, resamples, seed } = report;
  return { schema: 'alignment-gap/gap@1', budget, arms, gap, notes, bootstrap: { resamples, seed } };
}
