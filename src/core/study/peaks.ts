/** The peak of a seed's runs, chosen on one half of the evaluation prompts and scored on the other: no luck is reported as skill. */
import type { Checkpoint, Run } from '../run/types';

/** Even prompts are one half, odd ones the other: fixed, so that the same runs have the same peak. */
const half = (values: Float64Array, parity: number): number => {
  let sum = 0;
  let n = 0;
  for (let i = parity; i < values.length; i += 2) {
    sum += values[i] ?? 0;
    n += 1;
  }
  return sum / n;
};

const outcomesOf = (run: Run): Float64Array[] => run.checkpoints.flatMap(({ step, outcomes }) => (step > 0 && outcomes?.win !== undefined && outcomes.win.length > 1 ? [outcomes.win] : []));

/** Of several runs the best checkpoint of all, as when an arm was tried with several settings. Undefined where none keeps outcomes per prompt. */
export function heldOutPeak(...runs: readonly Run[]): number | undefined {
  const outcomes = runs.flatMap(outcomesOf);
  if (outcomes.length === 0) return undefined;
  const scored = ([0, 1] as const).map((parity) => half(outcomes.reduce((a, b) => (half(b, parity) > half(a, parity) ? b : a)), 1 - parity));
  return scored.reduce((sum, value) => sum + value, 0) / scored.length;
}

/** Of finished runs, by seed; a seed whose runs keep no outcomes is absent. */
export function peakBySeed(runs: readonly Run[]): Map<number, number> {
  const peaks = [...runsBySeed(runs)].map(([seed, own]) => [seed, heldOutPeak(...own)] as const);
  return new Map(peaks.flatMap(([seed, peak]) => (peak === undefined ? [] : [[seed, peak] as const])));
}

/** Only what has ended counts: the peak of half a run is the peak of another, shorter run. */
export function runsBySeed(runs: readonly Run[]): Map<number, Run[]> {
  const bySeed = new Map<number, Run[]>();
  for (const run of runs) {
    if (run.status === 'finished' && run.seed !== undefined) bySeed.set(run.seed, [...(bySeed.get(run.seed) ?? []), run]);
  }
  return bySeed;
}

/** Win rate of the last checkpoint minus that of the peak; negative is a loss. */
export function changeSincePeak(run: Run): number | undefined {
  const [peak, last] = [heldOutPeak(run), run.checkpoints.at(-1)?.metrics.winRate?.value];
  return peak === undefined || last === undefined ? undefined : last - peak;
}

/** Proxy win rate minus golden win rate: how much better the proxy thinks of the policy than golden does. */
export function proxyLead({ metrics }: Pick<Checkpoint, 'metrics'>): number | undefined {
  const { winRate, proxyWinRate } = metrics;
  return winRate === undefined || proxyWinRate === undefined ? undefined : proxyWinRate.value - winRate.value;
}

/** Of the last checkpoint, less that of the reference policy at step 0. */
export function growthOfProxyLead(run: Run): number | undefined {
  const [first, last] = [run.checkpoints[0], run.checkpoints.at(-1)];
  const [before, after] = [first?.step === 0 ? proxyLead(first) : undefined, last === undefined ? undefined : proxyLead(last)];
  return before === undefined || after === undefined ? undefined : after - before;
}
