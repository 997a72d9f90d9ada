/**
 * How much KL two arms spend for the same win rate (Tang et al. 2024: who uses the budget more efficiently?). Read off the
 * fitted curves, each within its own KLs: a win rate that an arm never reaches makes the ratio a bound, never an extrapolation.
 */
import type { Comparison, PlannedArm } from './compare';
import type { Valued } from './report';
import { valuedOf, type Draws } from './study';

export interface KlRatio {
  /** At which both are compared. */
  readonly winRate: number;
  /** Nats per sequence that the arms spend for it; null where an arm never reaches it. */
  readonly kl: readonly [number | null, number | null];
  /** KL of b ÷ KL of a: above one, a spends less. Where one never reaches it, its largest KL stands in. */
  readonly ratio: Valued | null;
  /** `at-least`: b never reaches it; `at-most`: a never does. */
  readonly bound: 'exact' | 'at-least' | 'at-most';
  readonly note?: string;
}

/** At the very top of a flat curve the KL is anybody's guess: the last tenth of the gain is left out. */
const SHARE_OF_GAIN = 0.9;

/** At `winRate`; without it at nine tenths of the weaker arm's gain, which both reach, and of the stronger's. Empty without two curves. */
export function klRatios({ arms, pair = [0, 1], study }: Comparison, winRate?: number): KlRatio[] {
  const [a, b] = pair.map((index) => {
    const planned = arms[index];
    return planned && drawCurve(planned, (q) => study.fitDraws([[index, [q], 1]]));
  });
  if (a === undefined || b === undefined) return [];
  const names = [arms[pair[0]]?.arm.name ?? '', arms[pair[1]]?.arm.name ?? ''] as const;
  const levels = winRate === undefined ? levelsOf(a, b) : [winRate];
  return levels.map((level) => ratioAt(a, b, level, names));
}

/** A fitted curve on its arm's own KLs. */
interface DrawnCurve {
  readonly kls: readonly number[];
  readonly draws: readonly Draws[];
}

function drawCurve({ model, ownGrid, questions }: PlannedArm, ask: (q: number) => Draws | undefined): DrawnCurve | undefined {
  const draws = model === undefined ? [] : ownGrid.flatMap((kl) => ask(questions.fit.indexOf(kl)) ?? []);
  return draws.length === 0 || draws.length < ownGrid.length ? undefined : { kls: ownGrid, draws };
}

const highest = ({ draws }: DrawnCurve): number => Math.max(...draws.map(({ value }) => value));

function levelsOf(a: DrawnCurve, b: DrawnCurve): number[] {
  const start = ((a.draws[0]?.value ?? NaN) + (b.draws[0]?.value ?? NaN)) / 2;
  return [Math.min(highest(a), highest(b)), Math.max(highest(a), highest(b))].map((peak) => start + SHARE_OF_GAIN * (peak - start));
}

function ratioAt(a: DrawnCurve, b: DrawnCurve, winRate: number, [nameA, nameB]: readonly [string, string]): KlRatio {
  const [ofA, ofB] = [a, b].map((curve) => reached(curve, (draws) => draws.value, winRate));
  const kl = [ofA?.isReached ? ofA.kl : null, ofB?.isReached ? ofB.kl : null] as const;
  const percent = `${(100 * winRate).toFixed(1)}%`;
  const none = (note: string): KlRatio => ({ winRate, kl, ratio: null, bound: 'exact', note });
  if (kl[0] === null && kl[1] === null) return none(`Neither ${nameA} nor ${nameB} reaches ${percent}.`);
  const value = ratioOf(ofA, ofB);
  if (Number.isNaN(value)) return none(`${percent} is no more than an arm begins with: it costs no KL.`);
  const resampled = Float64Array.from(a.draws[0]?.resampled ?? [], (_, i) => {
    const [drawnA, drawnB] = [a, b].map((curve) => reached(curve, (draws) => draws.resampled[i] ?? NaN, winRate));
    return drawnA?.isReached || drawnB?.isReached ? ratioOf(drawnA, drawnB) : NaN;
  });
  const bound = kl[1] === null ? 'at-least' : kl[0] === null ? 'at-most' : 'exact';
  const missing = kl[1] === null ? nameB : nameA;
  return { winRate, kl, ratio: valuedOf({ value, resampled }) ?? null, bound, ...(bound === 'exact' ? {} : { note: `${missing} never reaches ${percent}: the ratio is a bound.` }) };
}

interface Reached {
  /** Where the win rate is first reached, or the last KL of the curve. */
  readonly kl: number;
  readonly isReached: boolean;
}

function reached({ kls, draws }: DrawnCurve, read: (draws: Draws) => number, winRate: number): Reached | undefined {
  let last: { kl: number; value: number } | undefined;
  for (const [i, kl] of kls.entries()) {
    const value = read(draws[i] ?? { value: NaN, resampled: new Float64Array() });
    // Where the seeds drawn do not reach there is no answer.
    if (Number.isNaN(value)) break;
    if (value >= winRate) return { kl: last === undefined ? kl : between(last, { kl, value }, winRate), isReached: true };
    last = { kl, value };
  }
  return last && { kl: last.kl, isReached: false };
}

/** Linear in √KL, on which the curve is smooth. */
function between(before: { kl: number; value: number }, after: { kl: number; value: number }, winRate: number): number {
  const [from, to] = [Math.sqrt(before.kl), Math.sqrt(after.kl)];
  return (from + ((to - from) * (winRate - before.value)) / (after.value - before.value)) ** 2;
}

const ratioOf = (a: Reached | undefined, b: Reached | undefined): number => (a && b && a.kl > 0 && b.kl > 0 ? b.kl / a.kl : NaN);
