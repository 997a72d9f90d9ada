/** What the KL-against-win-rate picture shows, before it is drawn: shared by the report's SVG and the terminal. */
import type { GapReport } from '../analysis/report';
import type { Run, Sampling } from '../run/types';
import type { ChartPoint } from './chart';

export interface PictureArm {
  readonly name: string;
  /** The arm's place in the palette. */
  readonly style: number;
  /** x: KL in nats per sequence, y: win rate (fraction). */
  readonly points: readonly ChartPoint[];
  /** The fitted frontier with its band, ascending in KL; empty when there are too few points. */
  readonly fit: readonly ChartPoint[];
}

export interface GapPicture {
  readonly arms: readonly PictureArm[];
  /** KL budget, nats per sequence. */
  readonly budget?: number;
  /** 1/(2β): no converged online IPO policy lies beyond it (Tang et al. 2024 with Munos et al. 2023; see docs). */
  readonly bound?: number;
  /** Mean win rate of the reference policy, where KL is 0. */
  readonly reference?: number;
}

const SAMPLING_ORDER: readonly Sampling[] = ['online', 'semi-online', 'mixed', 'offline', 'unknown'];

/**
 * Online arms first, then by first appearance: an arm keeps its colour, dash and marker in every figure, and the usual two
 * arms have theirs whatever order their runs come in.
 */
export function armNames(runs: readonly Run[]): string[] {
  const order = (run: Run) => SAMPLING_ORDER.indexOf(run.sampling);
  return [...new Set([...runs].sort((a, b) => order(a) - order(b)).map((run) => run.arm))];
}

/** All checkpoints of an arm that have both numbers; step 0 is the reference policy itself and is drawn as a line instead. */
export function armPoints(runs: readonly Run[], arm: string): ChartPoint[] {
  return runs
    .filter((run) => run.arm === arm)
    .flatMap((run) =>
      run.checkpoints.flatMap(({ step, metrics: { kl, winRate } }) => {
        if (kl === undefined || winRate === undefined || step === 0) return [];
        const note = `${run.name}, step ${step}: KL ${kl.value.toFixed(2)}, win rate ${(winRate.value * 100).toFixed(1)}%`;
        return [{ x: kl.value, y: winRate.value, low: winRate.low, high: winRate.high, note }];
      }),
    )
    .sort((a, b) => a.x - b.x);
}

/** The reference policy's win rate: mean over the runs' step 0; absent when none was measured. */
export function referenceWinRate(runs: readonly Run[]): number | undefined {
  const values = runs.flatMap((run) => {
    const first = run.checkpoints[0];
    return first?.step === 0 && first.metrics.winRate !== undefined ? [first.metrics.winRate.value] : [];
  });
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The tightest bound 1/(2β) that holds for all the online IPO runs, that is the one of the smallest β. */
export function klBound(runs: readonly Run[]): number | undefined {
  const betas = runs.flatMap(({ sampling, objective, beta }) => (sampling === 'online' && (objective === 'ipo' || objective === 'ipo-azar') && beta !== undefined ? [beta] : []));
  return betas.length === 0 ? undefined : 1 / (2 * Math.min(...betas));
}

/** The budget that the runs share; absent when they differ. */
export function sharedBudget(runs: readonly Run[]): number | undefined {
  const budgets = new Set(runs.map((run) => run.klBudget));
  return budgets.size === 1 ? [...budgets][0] : undefined;
}

export function gapPicture(runs: readonly Run[], report: GapReport): GapPicture {
  const budget = report.budget ?? sharedBudget(runs);
  const bound = klBound(runs);
  const reference = referenceWinRate(runs);
  return {
    arms: armNames(runs).map((name, style) => ({
      name,
      style,
      points: armPoints(runs, name),
      fit: (report.arms.find((arm) => arm.name === name)?.fit ?? []).map(({ kl, winRate, low, high }) => ({ x: kl, y: winRate, low, high })),
    })),
    ...(budget === undefined ? {} : { budget }),
    ...(bound === undefined ? {} : { bound }),
    ...(reference === undefined ? {} : { reference }),
  };
}
