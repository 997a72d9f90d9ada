/**
 * The two forms of Gao, Schulman and Hilton (2023) for reward model over-optimisation, in d = √KL, on the win rate gained
 * since step 0 (Tang et al. 2024 and Rafailov et al. 2024 fit them to win rates too):
 *
 *   rl          R(d) = d·(a − b·log d)   highest at d = exp(a/b − 1), where it is b·d
 *   best-of-n   R(d) = d·(a − b·d)       highest at d = a/(2b),      where it is a²/(4b)
 *
 * A fitted peak outside the KLs observed is an extrapolation, and is not given.
 */
import type { Run } from '../run/types';
import { DEFAULT_RESAMPLES } from '../statistics/bootstrap';
import { armOf, inOneOrder, type Arm } from './arms';
import { goodness, modelOf } from './curve';
import { coveredRange, type Range } from './grids';
import type { Valued } from './report';
import { Study, valuedOf, type Draws, type StudyArm, type StudyOptions } from './study';

export type GaoForm = 'rl' | 'best-of-n';

export interface GaoFit {
  readonly form: GaoForm;
  /** Win rate a unit of √nats; natural logarithm. */
  readonly a: Valued;
  readonly b: Valued;
  /** Win rate of step 0, from which the gain counts. */
  readonly start: number;
  /** Of win rates, over all checkpoints after step 0. */
  readonly rmse: number;
  /** Corrected Akaike criterion; the smaller fits better. Infinity with too few checkpoints. */
  readonly aicc: number;
  /** KL (nats per sequence) and win rate of the top; null where it lies outside the KLs observed. */
  readonly peak: { readonly kl: Valued; readonly winRate: Valued } | null;
  readonly notes: readonly string[];
}

export interface GaoFits {
  readonly rl: GaoFit | null;
  readonly bestOfN: GaoFit | null;
  /** Of the smaller AICc. */
  readonly chosen: GaoForm | null;
  readonly notes: readonly string[];
}

/** What an arm's forms are asked in a bootstrap, or why it has none. */
export type GaoPlan = { readonly fits: readonly StudyArm[]; readonly range: Range } | { readonly note: string };

export function planGao(arm: Arm): GaoPlan {
  const range = coveredRange(arm);
  const models = (['rl', 'best-of-n'] as const).flatMap((form) => modelOf(arm, form) ?? []);
  if (models.length < 2 || range === undefined) return { note: `${arm.name} has too few checkpoints for a form with two parameters.` };
  if (models.some(({ anchored }) => !anchored)) return { note: `${arm.name} was not measured at step 0: both forms are of the win rate gained since then.` };
  // Where every seed has been, so that every resample has an answer; three values of a curve give its coefficients.
  const ends = Array.from({ length: arm.clusters }, (_, cluster) => Math.max(...arm.points.flatMap((point) => (point.cluster === cluster ? [point.kl] : []))));
  const reach = Math.min(...ends.filter((kl) => kl > 0));
  return { fits: models.map((model) => ({ arm, model, questions: { fit: [0, reach / 4, reach], limits: [] } })), range };
}

/** @param first where the plan's fits stand in the study */
export function gaoFitsOf(plan: GaoPlan, study: Study, first: number): GaoFits {
  if ('note' in plan) return { rl: null, bestOfN: null, chosen: null, notes: [plan.note] };
  const [rl = null, bestOfN = null] = plan.fits.map((fit, i) => fitOf(fit, plan.range, fit.questions.fit.map((_, q) => study.fitDraws([[first + i, [q], 1]]))));
  return { rl, bestOfN, chosen: rl && bestOfN && (rl.aicc <= bestOfN.aicc ? 'rl' : 'best-of-n'), notes: [] };
}

/** Of runs that make one arm. @param name of the arm, in notes */
export function gaoFits(runs: readonly Run[], name: string, { resamples = DEFAULT_RESAMPLES, seed = 0 }: Partial<StudyOptions> = {}): GaoFits {
  const plan = planGao(armOf(name, inOneOrder(runs)));
  return gaoFitsOf(plan, new Study('fits' in plan ? plan.fits : [], { resamples, seed }), 0);
}

interface Coefficients {
  readonly start: number;
  readonly a: number;
  readonly b: number;
}

function fitOf({ arm, model, questions: { fit: asked } }: StudyArm, range: Range, draws: readonly (Draws | undefined)[]): GaoFit | null {
  const [start, near, far] = draws;
  if (model === undefined || start === undefined || near === undefined || far === undefined) return null;
  const form = model.form === 'rl' ? 'rl' : 'best-of-n';
  const [nearRoot, farRoot] = [Math.sqrt(asked[1] ?? NaN), Math.sqrt(asked[2] ?? NaN)];
  const solve = (atStart: number, atNear: number, atFar: number): Coefficients => {
    // R(d)/d is a − b·f(d), with f = log or the identity.
    const [nearSlope, farSlope] = [(atNear - atStart) / nearRoot, (atFar - atStart) / farRoot];
    const b = (nearSlope - farSlope) / (bend(form, farRoot) - bend(form, nearRoot));
    return { start: atStart, a: nearSlope + b * bend(form, nearRoot), b };
  };
  const observed = solve(start.value, near.value, far.value);
  const resampled = Array.from(start.resampled, (atStart, i) => solve(atStart, near.resampled[i] ?? NaN, far.resampled[i] ?? NaN));
  const valued = (read: (coefficients: Coefficients) => number): Valued =>
    valuedOf({ value: read(observed), resampled: Float64Array.from(resampled, read) }) ?? { value: read(observed), low: NaN, high: NaN };
  return { form, a: valued(({ a }) => a), b: valued(({ b }) => b), start: observed.start, ...goodness(model, arm), ...peakOf(form, observed, resampled, range) };
}

const bend = (form: GaoForm, d: number): number => (form === 'rl' ? Math.log(d) : d);

/** d of the top; Infinity for a curve that never turns. */
const topOf = (form: GaoForm, { a, b }: Coefficients): number => (b > 0 ? (form === 'rl' ? Math.exp(a / b - 1) : Math.max(0, a / (2 * b))) : a > 0 ? Infinity : 0);

function peakOf(form: GaoForm, observed: Coefficients, resampled: readonly Coefficients[], range: Range): Pick<GaoFit, 'peak' | 'notes'> {
  const [low, high] = [Math.sqrt(range.low), Math.sqrt(range.high)];
  const span = `${range.low.toFixed(2)} to ${range.high.toFixed(2)} nats`;
  const top = topOf(form, observed);
  if (!(top >= low && top <= high)) {
    const side = top > high ? 'the curve still rises at their end' : 'the curve falls from their beginning';
    return { peak: null, notes: [`The fitted peak lies outside the KLs observed (${span}): ${side}, and nothing is extrapolated.`] };
  }
  // A resample whose top lies outside counts with the end of the range that it lies beyond.
  const tops = resampled.map((one) => Math.min(high, Math.max(low, topOf(form, one))));
  const height = ({ start, a, b }: Coefficients, d: number): number => Math.min(1, Math.max(0, start + d * (a - b * bend(form, d))));
  const kl = valuedOf({ value: top * top, resampled: Float64Array.from(tops, (d) => d * d) });
  const winRate = valuedOf({ value: height(observed, top), resampled: Float64Array.from(resampled, (one, i) => height(one, tops[i] ?? NaN)) });
  if (kl === undefined || winRate === undefined) return { peak: null, notes: [] };
  const ends = [...(kl.low <= range.low ? ['lower'] : []), ...(kl.high >= range.high ? ['upper'] : [])];
  return { peak: { kl, winRate }, notes: ends.map((end) => `The ${end} bound of the peak's KL is the end of the KLs observed (${span}): the peak may lie beyond it.`) };
}
