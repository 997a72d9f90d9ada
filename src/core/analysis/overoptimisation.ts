/** Over-optimisation: the policy goes on pleasing the proxy while the golden preference turns away. */
import { errorFunction } from 'simple-statistics';
import type { Checkpoint, Run } from '../run/types';
import { RandomStream } from '../random';
import { DEFAULT_RESAMPLES, type BootstrapOptions } from '../statistics/bootstrap';
import { Z95 } from '../statistics/intervals';
import { percentileInterval } from '../statistics/quantiles';
import { pairedError, standardErrorOf } from './deltas';
import type { Valued } from './report';

export interface ProxyGap {
  readonly step: number;
  readonly kl: number | null;
  /** Proxy win rate minus golden win rate; its interval pairs the prompts where outcomes are kept. */
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

export interface OverOptimisation {
  readonly proxyGap: readonly ProxyGap[];
  /** Step and KL after which golden fell while proxy did not; null where it did not happen. */
  readonly since: { readonly step: number; readonly kl: number | null } | null;
  /** Golden win rate of the last checkpoint minus that of the golden peak; negative is a loss. */
  readonly goldenChange: Valued | null;
  readonly proxyChange: Valued | null;
  /** One-sided: how often so great a drop of the golden win rate would come of luck; 1 where nothing has fallen, null where nothing can be told. */
  readonly p: number | null;
  /** Whether the interval of the golden change lies below zero while the proxy's does not. */
  readonly isEvident: boolean;
  readonly notes: readonly string[];
}

export function overOptimisation(run: Run, options: BootstrapOptions = {}): OverOptimisation {
  const judged = run.checkpoints.filter(({ metrics }) => metrics.winRate !== undefined && metrics.proxyWinRate !== undefined);
  const proxyGap = judged.map(proxyGapOf);
  const peak = judged.reduce<Checkpoint | undefined>((best, checkpoint) => (best === undefined || golden(checkpoint) > golden(best) ? checkpoint : best), undefined);
  const last = judged.at(-1);
  if (peak === undefined || last === undefined) {
    return { proxyGap, since: null, goldenChange: null, proxyChange: null, p: null, isEvident: false, notes: ['Over-optimisation needs both a golden and a proxy win rate at the same checkpoints.'] };
  }
  if (peak === last) {
    return { proxyGap, since: null, goldenChange: null, proxyChange: null, p: 1, isEvident: false, notes: ['The golden win rate is highest at the last checkpoint: nothing has fallen yet.'] };
  }
  const changes = dropFromPeak(judged, peak, last, options);
  const isEvident = changes.golden.high < 0 && changes.proxy.high >= 0;
  const fell = changes.golden.value < 0 && changes.proxy.value >= 0;
  return {
    proxyGap,
    since: fell ? { step: peak.step, kl: peak.metrics.kl?.value ?? null } : null,
    goldenChange: changes.golden,
    proxyChange: changes.proxy,
    p: changes.p,
    isEvident,
    notes: changes.notes,
  };
}

const golden = ({ metrics }: Checkpoint): number => metrics.winRate?.value ?? -Infinity;

function proxyGapOf({ step, metrics, outcomes }: Checkpoint): ProxyGap {
  const value = (metrics.proxyWinRate?.value ?? NaN) - (metrics.winRate?.value ?? NaN);
  const base = { step, kl: metrics.kl?.value ?? null, value };
  const { win, proxyWin } = outcomes ?? {};
  const separate = [metrics.winRate, metrics.proxyWinRate].map((estimate) => estimate && standardErrorOf(estimate));
  const error = win && proxyWin?.length === win.length ? pairedError(win, proxyWin) : errorOfBoth(separate);
  return error === undefined ? base : { ...base, low: value - Z95 * error, high: value + Z95 * error };
}

const errorOfBoth = ([a, b]: readonly (number | undefined)[]): number | undefined => (a === undefined || b === undefined ? undefined : Math.hypot(a, b));

interface Changes {
  readonly golden: Valued;
  readonly proxy: Valued;
  readonly p: number;
  readonly notes: readonly string[];
}

/** The peak is found anew in every resample of the prompts, else a peak of luck would make a drop of it. */
function dropFromPeak(judged: readonly Checkpoint[], peak: Checkpoint, last: Checkpoint, options: BootstrapOptions): Changes {
  const change = (metric: 'winRate' | 'proxyWinRate'): number => (last.metrics[metric]?.value ?? NaN) - (peak.metrics[metric]?.value ?? NaN);
  const [goldenChange, proxyChange] = [change('winRate'), change('proxyWinRate')];
  const wins = judged.map(({ outcomes }) => outcomes?.win);
  const proxyWins = judged.map(({ outcomes }) => outcomes?.proxyWin);
  const prompts = wins[0]?.length ?? 0;
  if (![...wins, ...proxyWins].every((outcome) => outcome?.length === prompts) || prompts < 2) {
    const errorOf = (metric: 'winRate' | 'proxyWinRate'): number =>
      errorOfBoth([last, peak].map(({ metrics }) => metrics[metric] && standardErrorOf(metrics[metric]))) ?? Infinity;
    const around = (value: number, error: number): Valued => ({ value, low: value - Z95 * error, high: value + Z95 * error });
    return {
      golden: around(goldenChange, errorOf('winRate')),
      proxy: around(proxyChange, errorOf('proxyWinRate')),
      p: (1 + errorFunction(goldenChange / errorOf('winRate') / Math.SQRT2)) / 2,
      notes: ['The log keeps no outcomes per prompt: the drop is from the highest of noisy values and so too large, and is not paired.'],
    };
  }
  const resampled = resampleDrops(wins as Float64Array[], proxyWins as Float64Array[], options);
  return {
    golden: { value: goldenChange, ...(percentileInterval(resampled.golden) ?? { low: NaN, high: NaN }) },
    proxy: { value: proxyChange, ...(percentileInterval(resampled.proxy) ?? { low: NaN, high: NaN }) },
    // One is added to both, so that no finite number of resamples claims certainty (Davison and Hinkley 1997, section 4.2).
    p: (1 + resampled.golden.filter((change) => change >= 0).length) / (1 + resampled.golden.length),
    notes: [],
  };
}

/** The peak is chosen on one half of the drawn prompts; both changes are measured on the other. */
function resampleDrops(wins: readonly Float64Array[], proxyWins: readonly Float64Array[], { resamples = DEFAULT_RESAMPLES, seed = 0 }: BootstrapOptions): { golden: Float64Array; proxy: Float64Array } {
  const random = RandomStream.of(seed, 'over-optimisation');
  const prompts = wins[0]?.length ?? 0;
  const [golden, proxy] = [new Float64Array(resamples), new Float64Array(resamples)];
  const [choosing, scoring] = [new Float64Array(prompts), new Float64Array(prompts)];
  for (let b = 0; b < resamples; b += 1) {
    drawHalves(random, choosing, scoring);
    let best = 0;
    let highest = -Infinity;
    wins.forEach((win, i) => {
      const value = dot(choosing, win);
      if (value > highest) [best, highest] = [i, value];
    });
    const total = scoring.reduce((sum, count) => sum + count, 0) || 1;
    const change = (of: readonly Float64Array[]): number => (dot(scoring, of.at(-1) ?? scoring) - dot(scoring, of[best] ?? scoring)) / total;
    golden[b] = change(wins);
    proxy[b] = change(proxyWins);
  }
  return { golden, proxy };
}

function drawHalves(random: RandomStream, choosing: Float64Array, scoring: Float64Array): void {
  choosing.fill(0);
  scoring.fill(0);
  const n = choosing.length;
  const permuted = random.permutation(n);
  const half = n >> 1;
  // Each half is resampled to its own size, so that no prompt is in both.
  for (let i = 0; i < n; i += 1) {
    const [into, from, size] = i < half ? [choosing, 0, half] : [scoring, half, n - half];
    const prompt = permuted[from + random.integer(size)] ?? 0;
    into[prompt] = (into[prompt] ?? 0) + 1;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
