/** Differences of one metric between two checkpoints, with their 95% interval. */
import type { Estimate, MetricName } from '../run/metrics';
import type { Checkpoint } from '../run/types';
import { Z95, type Interval } from '../statistics/intervals';
import type { OutcomeDiff } from './diffTypes';

/** Undefined where one of the two lacks the metric. @param paired whether both were measured on the same prompts */
export function metricDelta(metric: MetricName, a: Checkpoint, b: Checkpoint, paired: boolean): OutcomeDiff | undefined {
  const [ofA, ofB] = [a.metrics[metric], b.metrics[metric]];
  if (ofA === undefined || ofB === undefined) return undefined;
  const delta = ofB.value - ofA.value;
  const base = { metric, step: a.step, a: ofA.value, b: ofB.value, delta };
  const [promptsA, promptsB] = [outcomesOf(metric, a), outcomesOf(metric, b)];
  if (paired && promptsA && promptsB && promptsA.length === promptsB.length && promptsA.length > 1) {
    return { ...base, ...around(delta, pairedError(promptsA, promptsB)), interval: 'paired' };
  }
  const [errorA, errorB] = [standardErrorOf(ofA), standardErrorOf(ofB)];
  if (errorA === undefined || errorB === undefined) return base;
  return { ...base, ...around(delta, Math.hypot(errorA, errorB)), interval: 'standard-errors' };
}

/** The standard error of an estimate, also where only its interval is known. */
export function standardErrorOf({ standardError, low, high }: Estimate): number | undefined {
  if (standardError !== undefined) return standardError;
  return low === undefined || high === undefined ? undefined : (high - low) / (2 * Z95);
}

function outcomesOf(metric: MetricName, { outcomes }: Checkpoint): Float64Array | undefined {
  switch (metric) {
    case 'winRate':
      return outcomes?.win;
    case 'proxyWinRate':
      return outcomes?.proxyWin;
    case 'kl':
      return outcomes?.kl;
    default:
      return undefined;
  }
}

const around = (delta: number, error: number): Interval => ({ low: delta - Z95 * error, high: delta + Z95 * error });

/** Standard error of the mean of per-prompt differences: what the prompts have in common cancels. */
export function pairedError(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i += 1) {
    const difference = (b[i] ?? 0) - (a[i] ?? 0);
    sum += difference;
    squares += difference * difference;
  }
  return Math.sqrt(Math.max(0, squares - (sum * sum) / n) / (n - 1) / n);
}
