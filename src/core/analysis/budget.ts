/** How much of its KL budget a run has used, and what it got for it. */
import type { Run } from '../run/types';

export interface BudgetPoint {
  readonly step: number;
  /** Nats per sequence. */
  readonly kl: number;
  /** KL ÷ budget; 1 is all of it. */
  readonly usage: number;
  readonly low?: number;
  readonly high?: number;
  /** Win rate gained since step 0, per nat; null at step 0, without a win rate, or without its value at step 0. */
  readonly gainedPerNat: number | null;
}

export interface BudgetUsage {
  readonly budget: number;
  readonly points: readonly BudgetPoint[];
  readonly used: number;
  /** Step at which the budget was spent, interpolated between two checkpoints; null where it was not. */
  readonly spentAtStep: number | null;
  /** By the trend of the last checkpoints the step at which it will be; null where it was spent, or the KL does not grow. */
  readonly spendsAtStep: number | null;
}

/** Checkpoints whose trend counts: enough to even out noise, few enough to follow a KL that settles. */
const TREND = 4;

/** Undefined where the run has no budget or no KL per sequence. */
export function budgetUsage(run: Run, budget: number | undefined = run.klBudget): BudgetUsage | undefined {
  const measured = run.checkpoints.filter(({ metrics }) => metrics.kl?.unit === 'nats/sequence');
  if (budget === undefined || !(budget > 0) || measured.length === 0) return undefined;
  const start = run.checkpoints.find(({ step }) => step === 0)?.metrics.winRate?.value;
  const points = measured.flatMap(({ step, metrics: { kl, winRate } }): BudgetPoint[] => {
    if (kl === undefined) return [];
    const gained = start !== undefined && winRate !== undefined && kl.value > 0 && step > 0 ? (winRate.value - start) / kl.value : null;
    const interval = kl.low === undefined || kl.high === undefined ? {} : { low: kl.low / budget, high: kl.high / budget };
    return [{ step, kl: kl.value, usage: kl.value / budget, ...interval, gainedPerNat: gained }];
  });
  const spentAtStep = crossing(points, budget);
  return { budget, points, used: points.at(-1)?.usage ?? 0, spentAtStep, spendsAtStep: spentAtStep === null ? trendCrossing(points, budget) : null };
}

function crossing(points: readonly BudgetPoint[], budget: number): number | null {
  const after = points.findIndex(({ kl }) => kl >= budget);
  const [previous, point] = [points[after - 1], points[after]];
  if (point === undefined) return null;
  if (previous === undefined) return point.step;
  return previous.step + ((point.step - previous.step) * (budget - previous.kl)) / (point.kl - previous.kl);
}

function trendCrossing(points: readonly BudgetPoint[], budget: number): number | null {
  const recent = points.slice(-TREND);
  if (recent.length < 2) return null;
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [step, kl] = [mean(recent.map((point) => point.step)), mean(recent.map((point) => point.kl))];
  const slope = mean(recent.map((point) => (point.step - step) * (point.kl - kl))) / mean(recent.map((point) => (point.step - step) ** 2));
  const last = recent.at(-1);
  return slope > 0 && last !== undefined ? last.step + (budget - last.kl) / slope : null;
}
