/**
 * The smooth curve of an arm: win rate as a function of d = √KL.
 *
 * Candidates, all anchored at the win rate of step 0 where that was measured: a line; Gao et al.'s (2023) form for RL,
 * w₀ + a·d − b·d·log d, which Tang et al. fit too; a cubic in d, for curves that rise late or collapse. The corrected
 * Akaike criterion chooses, once, on the observed points; the bootstrap refits the form chosen. On the prototype's twelve
 * sweeps (two tasks) the RL form fits within 0.005–0.033 of win rate save for one collapse (0.089), the cubic within
 * 0.004–0.025 (0.073): both near the noise of 512 prompts, and with two or three parameters neither chases it.
 */
import { addEquations, addRow, emptyEquations, solve, type NormalEquations } from '../statistics/leastSquares';
import type { Arm } from './arms';

/** `best-of-n` is Gao et al.'s other form, w₀ + a·d − b·d²: fitted beside `rl` (`gao.ts`), and no candidate here. */
export type CurveForm = 'line' | 'rl' | 'best-of-n' | 'cubic';

export interface CurveModel {
  readonly form: CurveForm;
  /** False where step 0 is missing: then the curve has an intercept of its own. */
  readonly anchored: boolean;
  /** Largest d of the arm: columns are in units of it, so that the equations stay well conditioned. */
  readonly scale: number;
  readonly columns: number;
}

export interface FittedCurve {
  readonly start: number;
  readonly coefficients: Float64Array;
}

const OWN_COLUMNS: Readonly<Record<CurveForm, number>> = { line: 1, rl: 2, 'best-of-n': 2, cubic: 3 };

/** Undefined with fewer than three distinct KLs above zero: no curve can be told from so few. */
export function chooseModel(arm: Arm): CurveModel | undefined {
  const most = fewestOfACluster(arm);
  const models = (['line', 'rl', 'cubic'] as const).flatMap((form) => (form === 'line' || OWN_COLUMNS[form] <= most ? (modelOf(arm, form) ?? []) : []));
  if (models.length === 0) return undefined;
  return models.map((model) => ({ model, criterion: correctedAkaike(model, arm) })).reduce((a, b) => (b.criterion < a.criterion ? b : a)).model;
}

/** One form for an arm; undefined with fewer than three distinct KLs above zero. */
export function modelOf(arm: Arm, form: CurveForm): CurveModel | undefined {
  const positive = arm.points.filter(({ kl }) => kl > 0);
  if (new Set(positive.map(({ kl }) => kl)).size < 3) return undefined;
  const anchored = positive.length < arm.points.length;
  return { form, anchored, scale: Math.sqrt(Math.max(...positive.map(({ kl }) => kl))), columns: OWN_COLUMNS[form] + (anchored ? 0 : 1) };
}

/** Distinct KLs above zero of the seed that has fewest: a resample may draw that seed alone, and must still tell the curve. */
const fewestOfACluster = ({ clusters, points }: Arm): number =>
  Math.min(...Array.from({ length: clusters }, (_, cluster) => new Set(points.flatMap((point) => (point.cluster === cluster && point.kl > 0 ? [point.kl] : []))).size));

const correctedAkaike = (model: CurveModel, arm: Arm): number => {
  const { aicc } = goodness(model, arm);
  // A straight line through three points leaves no degree of freedom for the criterion, and is taken all the same.
  return aicc === Infinity && model.form === 'line' ? Number.MAX_VALUE : aicc;
};

/** How a form fits the observed points: root mean square of the residuals, and the corrected Akaike criterion (Infinity with too few points). */
export function goodness(model: CurveModel, arm: Arm): { readonly rmse: number; readonly aicc: number } {
  const kl = Float64Array.from(arm.points, (point) => point.kl);
  const winRate = Float64Array.from(arm.points, (point) => point.winRate);
  const equations = clusterEquations(model, arm, kl, winRate);
  const curve = fitCurve(model, equations, new Float64Array(arm.clusters).fill(1));
  let squares = 0;
  let n = 0;
  kl.forEach((k, i) => {
    if (model.anchored && k === 0) return;
    squares += ((winRate[i] ?? 0) - valueOf(curve, rowAt(model, k))) ** 2;
    n += 1;
  });
  const parameters = model.columns + 1;
  const spare = n - parameters - 1;
  // Rounded logs can be fitted exactly; a floor keeps the logarithm finite.
  const aicc = spare <= 0 ? Infinity : n * Math.log(Math.max(squares / n, 1e-12)) + 2 * parameters + (2 * parameters * (parameters + 1)) / spare;
  return { rmse: Math.sqrt(squares / n), aicc };
}

/** The columns at a KL, written into `row`: many times a resample, so nothing is allocated. */
function writeRow(model: CurveModel, kl: number, row: Float64Array): void {
  const u = Math.sqrt(kl) / model.scale;
  let at = 0;
  if (!model.anchored) row[at++] = 1;
  row[at++] = u;
  // Scaling d by a constant only moves weight between the columns u and u·log u, so the form is the same.
  if (model.form === 'rl') row[at] = u > 0 ? u * Math.log(u) : 0;
  if (model.form === 'best-of-n') row[at] = u * u;
  if (model.form === 'cubic') {
    row[at++] = u * u;
    row[at] = u * u * u;
  }
}

export interface ClusterEquations {
  readonly start: number;
  readonly byCluster: readonly NormalEquations[];
}

/** Per seed, so that a resample of seeds is only another sum. @param kl, winRate of the arm's points, in their order */
export function clusterEquations(model: CurveModel, arm: Arm, kl: Float64Array, winRate: Float64Array): ClusterEquations {
  const start = model.anchored ? startWinRate(arm, winRate) : 0;
  const byCluster = Array.from({ length: arm.clusters }, () => emptyEquations(model.columns));
  const row = new Float64Array(model.columns);
  arm.points.forEach((point, i) => {
    // Observed zero is the reference policy itself: it is the anchor, and its row would be empty.
    if (model.anchored && point.kl === 0) return;
    writeRow(model, kl[i] ?? 0, row);
    const equations = byCluster[point.cluster];
    if (equations !== undefined) addRow(equations, row, (winRate[i] ?? 0) - start);
  });
  return { start, byCluster };
}

function startWinRate(arm: Arm, winRate: Float64Array): number {
  let sum = 0;
  let n = 0;
  // Points ascend by KL, so those of step 0 come first.
  for (; arm.points[n]?.kl === 0; n += 1) sum += winRate[n] ?? 0;
  return sum / n;
}

/** @param weights how often each cluster was drawn */
export function fitCurve(model: CurveModel, { start, byCluster }: ClusterEquations, weights: ArrayLike<number>): FittedCurve {
  const total = emptyEquations(model.columns);
  byCluster.forEach((equations, i) => {
    const weight = weights[i] ?? 0;
    if (weight > 0) addEquations(total, equations, weight);
  });
  return { start, coefficients: solve(total) };
}

/** The columns at a KL. */
export function rowAt(model: CurveModel, kl: number): Float64Array {
  const row = new Float64Array(model.columns);
  writeRow(model, kl, row);
  return row;
}

export function valueOf({ start, coefficients }: FittedCurve, row: Float64Array): number {
  let value = start;
  for (let i = 0; i < row.length; i += 1) value += (coefficients[i] ?? 0) * (row[i] ?? 0);
  return value;
}
