/** Two or more arms measured together: curves, peaks, and the gap of one pair. `gap.ts` and `diff.ts` dress it. */
import type { Arm } from './arms';
import { chooseModel } from './curve';
import { gaoFitsOf, planGao, type GaoPlan } from './gao';
import { ascending, coveredRange, evenGrid, logGrid, overlap, rootGrid, within, type Range } from './grids';
import { klRatios } from './klRatio';
import type { ArmReport, CurvePoint, FrontierPoint, GapSummary, Valued } from './report';
import { Study, valuedOf, type Draws, type StudyArm, type StudyOptions } from './study';

export interface PlannedArm extends StudyArm {
  readonly range: Range | undefined;
  /** KLs of its own curves. */
  readonly ownGrid: readonly number[];
}

export interface Comparison {
  readonly arms: readonly PlannedArm[];
  /** Indices of the two arms compared. */
  readonly pair: readonly [number, number] | undefined;
  /** Where both have data. */
  readonly shared: Range | undefined;
  readonly budget: number | null;
  readonly study: Study;
  /** By arm, with the place of its first fit in the study; none unless asked for. */
  readonly gao: readonly { readonly plan: GaoPlan; readonly first: number }[];
}

export interface CompareOptions extends StudyOptions {
  /** Gao's forms of each arm too. */
  readonly gao?: boolean;
}

/** The measures of KL in which the mean difference of a pair is told. */
const PAIR_GRIDS = [evenGrid, logGrid, rootGrid];

export function compareArms(arms: readonly Arm[], pair: readonly [number, number] | undefined, budget: number | null, options: CompareOptions): Comparison {
  const ranges = arms.map(coveredRange);
  const [first, second] = (pair ?? []).map((index) => ranges[index]);
  const shared = first && second && overlap(first, second);
  const sharedGrid = shared ? PAIR_GRIDS.flatMap((grid) => grid(shared)) : [];
  const planned = arms.map((arm, i) => planArm(arm, ranges[i], pair?.includes(i) ? sharedGrid : [], budget));
  const fits: StudyArm[] = [...planned];
  const gao = (options.gao === true ? arms : []).map((arm) => {
    const [plan, first] = [planGao(arm), fits.length];
    if ('fits' in plan) fits.push(...plan.fits);
    return { plan, first };
  });
  return { arms: planned, pair, shared, budget, gao, study: new Study(fits, options) };
}

function planArm(arm: Arm, range: Range | undefined, sharedGrid: readonly number[], budget: number | null): PlannedArm {
  const startsAtZero = arm.points[0]?.kl === 0;
  const ownGrid = range ? rootGrid({ low: startsAtZero ? 0 : range.low, high: range.high }) : [];
  const asked = budget === null ? [] : [budget];
  const questions = {
    fit: ascending([...ownGrid, ...sharedGrid, ...asked.filter((kl) => within(kl, range))]),
    limits: ascending([...ownGrid, ...asked, Infinity]),
  };
  return { arm, model: range && chooseModel(arm), questions, range, ownGrid };
}

export function armReport({ arms, study, budget, gao }: Comparison, index: number): ArmReport {
  const planned = arms[index];
  if (planned === undefined) throw new RangeError(`there is no arm ${index}`);
  const { arm, model, ownGrid, questions, range } = planned;
  const fitAt = (kl: number): CurvePoint[] => toCurve(kl, study.fit(index, questions.fit.indexOf(kl)));
  const attainableAt = (limit: number): (CurvePoint & { readonly chosenKl: number })[] => {
    const found = study.attainable(index, questions.limits.indexOf(limit));
    return toCurve(limit, found).map((point) => ({ ...point, chosenKl: found?.kl ?? NaN }));
  };
  const best = attainableAt(Infinity)[0];
  const forms = gao[index];
  const peak = best === undefined ? null : { winRate: best.winRate, low: best.low, high: best.high, kl: best.chosenKl };
  return {
    name: arm.name,
    sampling: arm.sampling,
    runs: arm.runs.map(({ id }) => id),
    points: arm.points.map(toFrontierPoint),
    fit: model && ownGrid.length > 0 ? ownGrid.flatMap(fitAt) : null,
    attainable: ownGrid.length > 0 ? ownGrid.flatMap((kl) => attainableAt(kl).map(withoutChosen)) : null,
    peak,
    atBudget: within(budget, range) ? (fitAt(budget)[0] ?? null) : null,
    withinBudget: budget === null ? null : (attainableAt(budget).map(({ chosenKl, ...point }) => ({ ...point, kl: chosenKl }))[0] ?? null),
    efficiency: efficiency(arm, peak),
    gao: forms === undefined ? null : gaoFitsOf(forms.plan, study, forms.first),
  };
}

const withoutChosen = ({ kl, winRate, low, high }: CurvePoint): CurvePoint => ({ kl, winRate, low, high });

/** A win rate lies in [0, 1] whatever a widened interval says. */
function toCurve(kl: number, valued: Valued | undefined): CurvePoint[] {
  if (valued === undefined) return [];
  const clip = (value: number): number => Math.min(1, Math.max(0, value));
  return [{ kl, winRate: clip(valued.value), low: clip(valued.low), high: clip(valued.high) }];
}

function toFrontierPoint({ run, checkpoint, kl, winRate }: Arm['points'][number]): FrontierPoint {
  const { low, high } = checkpoint.metrics.winRate ?? {};
  return { run: run.id, step: checkpoint.step, kl, winRate, ...(low === undefined || high === undefined ? {} : { low, high }) };
}

function efficiency(arm: Arm, peak: CurvePoint | null): number | null {
  const starts = arm.points.filter(({ kl }) => kl === 0);
  if (peak === null || starts.length === 0 || !(peak.kl > 0)) return null;
  return (peak.winRate - starts.reduce((sum, { winRate }) => sum + winRate, 0) / starts.length) / peak.kl;
}

/** Undefined without a pair. @param winRate at which the KLs spent are compared; without it, nine tenths of either arm's gain */
export function gapSummary(comparison: Comparison, winRate?: number): GapSummary | undefined {
  const { arms, pair, shared, budget } = comparison;
  const [a, b] = (pair ?? []).map((index) => arms[index]);
  if (pair === undefined || a === undefined || b === undefined) return undefined;
  const grid = shared && a.model && b.model ? evenGrid(shared) : [];
  return {
    between: [a.arm.name, b.arm.name],
    overlap: shared ?? null,
    matched: grid.flatMap((kl) => {
      const valued = difference(matchedDraws(comparison, [kl]));
      return valued === null ? [] : [{ kl, ...valued }];
    }),
    mean: difference(meanDraws(comparison, evenGrid)),
    meanLogKl: difference(meanDraws(comparison, logGrid)),
    meanRootKl: difference(meanDraws(comparison, rootGrid)),
    klRatios: klRatios(comparison, winRate),
    atBudget: grid.length > 0 && within(budget, shared) ? difference(matchedDraws(comparison, [budget])) : null,
    withinBudget: difference(withinDraws(comparison)),
    peak: difference(peakDraws(comparison)),
  };
}

/** The mean difference over the KLs that both arms cover; the grid says in which measure of KL it is a mean. */
const meanDraws = (comparison: Comparison, grid: (shared: Range) => readonly number[]): Draws | undefined =>
  comparison.shared && matchedDraws(comparison, trapezoid(grid(comparison.shared)));

/** Undefined where one arm has no curve, or was not asked at these KLs. */
function matchedDraws({ arms, pair, study }: Comparison, kls: readonly number[]): Draws | undefined {
  const [a, b] = (pair ?? []).map((index) => arms[index]);
  if (pair === undefined || a?.model === undefined || b?.model === undefined) return undefined;
  return study.fitGap(...pair, kls.map((kl) => [a.questions.fit.indexOf(kl), b.questions.fit.indexOf(kl)] as const));
}

/** Peak against peak. */
const peakDraws = (comparison: Comparison): Draws | undefined => limitDraws(comparison, Infinity);

/** Best within the budget against best within the budget; undefined without one. */
const withinDraws = (comparison: Comparison): Draws | undefined => (comparison.budget === null ? undefined : limitDraws(comparison, comparison.budget));

function limitDraws({ arms, pair, study }: Comparison, limit: number): Draws | undefined {
  const [a, b] = (pair ?? []).map((index) => arms[index]?.questions.limits.indexOf(limit));
  return pair === undefined || a === undefined || b === undefined ? undefined : study.attainableGap(...pair, [a, b]);
}

/** A difference of two win rates lies in [−1, 1] whatever a widened interval says. */
function difference(draws: Draws | undefined): Valued | null {
  const valued = valuedOf(draws);
  return valued === undefined ? null : { value: clamp(valued.value), low: clamp(valued.low), high: clamp(valued.high) };
}

/** The mean over an even grid by the trapezoid rule is a plain mean in which each end counts half. */
const trapezoid = (grid: readonly number[]): number[] => [...grid, ...grid.slice(1, -1)];

const clamp = (difference: number): number => Math.min(1, Math.max(-1, difference));
