/** Host side: from what the analysis found to what the panels draw. */
import type { FieldDiff, OutcomeDiff, RunDiff } from '../analysis/diffTypes';
import { flatten } from '../analysis/flatten';
import type { CurvePoint, GapReport, Valued } from '../analysis/report';
import { fitLines } from '../figures/fits';
import type { Run } from '../run/types';
import type { ArmSummary, ComparisonView, ConfigRow, CurveColumns, GapView, Interval, OutcomeRow } from './data';
import { encodeRun } from './encode';

export function toGapView(report: GapReport): GapView {
  const { budget, arms, gap, notes } = report;
  return {
    budget,
    arms: arms.map((arm): ArmSummary => ({
      name: arm.name,
      runs: arm.runs,
      points: arm.points.length,
      peak: arm.peak && pointOf(arm.peak),
      atBudget: arm.atBudget && intervalOf({ ...arm.atBudget, value: arm.atBudget.winRate }),
      withinBudget: arm.withinBudget && intervalOf({ ...arm.withinBudget, value: arm.withinBudget.winRate }),
      efficiency: finiteOrNull(arm.efficiency),
      fit: curveOf(arm.fit ?? [], (point) => point.winRate),
      attainable: curveOf(arm.attainable ?? [], (point) => point.winRate),
    })),
    between: gap && gap.between,
    matched: curveOf(gap?.matched ?? [], (point) => point.value),
    mean: intervalOf(gap?.mean ?? null),
    atBudget: intervalOf(gap?.atBudget ?? null),
    withinBudget: intervalOf(gap?.withinBudget ?? null),
    peak: intervalOf(gap?.peak ?? null),
    fits: fitLines(report),
    notes,
  };
}

/** In place of a gap that could not be computed: the reason stands where notes do. */
export const failedGapView = (reason: string): GapView => toGapView({ budget: null, arms: [], gap: null, notes: [reason], resamples: 0, seed: 0 });

/** `ignorePatterns`: paths with `*` for any characters, covering what lies below; what matches is shown on request and not counted. */
export function toComparisonView(a: Run, b: Run, diff: RunDiff, ignorePatterns: readonly string[] = []): ComparisonView {
  const ignored = ignorePatterns.map(patternOf);
  const rows = (differences: readonly FieldDiff[], left: unknown, right: unknown): ConfigRow[] =>
    allRows(differences, left, right).map((row) => (ignored.some((pattern) => pattern.test(row.path)) ? { ...row, ignored: true } : row));
  return {
    a: encodeRun(a),
    b: encodeRun(b),
    config: rows(diff.config, a.config, b.config),
    environment: rows(diff.environment, a.environment, b.environment),
    outcome: diff.outcome.filter(({ a: left, b: right }) => Number.isFinite(left) && Number.isFinite(right)).map(outcomeRow),
    matchedKl: curveOf(diff.matchedKl, (point) => point.delta),
    ignorePatterns,
    notes: diff.notes,
  };
}

/** Both runs exchanged: what was gained is lost. The other way round twice is what it was. */
export function swapComparison(view: ComparisonView): ComparisonView {
  const { matchedKl } = view;
  const negated = (column: Float64Array): Float64Array => column.map((value) => 0 - value);
  return {
    ...view,
    a: view.b,
    b: view.a,
    config: view.config.map(swapRow),
    environment: view.environment.map(swapRow),
    outcome: view.outcome.map(({ a, b, delta, low, high, ...row }) => ({
      ...row, a: b, b: a, delta: 0 - delta,
      ...(high === undefined ? {} : { low: 0 - high }),
      ...(low === undefined ? {} : { high: 0 - low }),
    })),
    matchedKl: { kl: matchedKl.kl, value: negated(matchedKl.value), low: negated(matchedKl.high), high: negated(matchedKl.low) },
  };
}

const SWAPPED_KIND = { same: 'same', changed: 'changed', 'only-a': 'only-b', 'only-b': 'only-a' } as const;

const swapRow = ({ a, b, kind, ...row }: ConfigRow): ConfigRow => ({
  ...row,
  kind: SWAPPED_KIND[kind],
  ...(b === undefined ? {} : { a: b }),
  ...(a === undefined ? {} : { b: a }),
});

/** JSON has no NaN: a bound that is none is left out. */
function intervalOf(estimate: Valued | null): Interval | null {
  if (!estimate || !Number.isFinite(estimate.value)) return null;
  const { value, low, high } = estimate;
  return Number.isFinite(low) && Number.isFinite(high) ? { value, low, high } : { value };
}

function pointOf(point: CurvePoint): ArmSummary['peak'] {
  const interval = intervalOf({ ...point, value: point.winRate });
  return interval && Number.isFinite(point.kl) ? { ...interval, kl: point.kl } : null;
}

const finiteOrNull = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

function curveOf<T extends { readonly kl: number; readonly low: number; readonly high: number }>(points: readonly T[], valueOf: (point: T) => number): CurveColumns {
  return {
    kl: Float64Array.from(points, (point) => point.kl),
    value: Float64Array.from(points, valueOf),
    low: Float64Array.from(points, (point) => point.low),
    high: Float64Array.from(points, (point) => point.high),
  };
}

const outcomeRow = ({ metric, step, a, b, delta, low, high, interval }: OutcomeDiff): OutcomeRow => ({
  metric, step, a, b, delta,
  ...(low !== undefined && high !== undefined && Number.isFinite(low) && Number.isFinite(high) ? { low, high } : {}),
  ...(interval === undefined ? {} : { interval }),
});

/** Every field of either run, in the order of the paths. What differs and is no difference to the analysis, it was told to ignore. */
function allRows(differences: readonly FieldDiff[], a: unknown, b: unknown): ConfigRow[] {
  const [left, right] = [flatten(a), flatten(b)];
  const kinds = new Map(differences.map((one) => [one.path, one]));
  const paths = [...new Set([...kinds.keys(), ...left.keys(), ...right.keys()])].filter((path) => path !== '');
  return paths.sort(new Intl.Collator('en', { numeric: true }).compare).map((path): ConfigRow => {
    const found = kinds.get(path);
    const [ofA, ofB] = found ? [found.a, found.b] : [left.get(path), right.get(path)];
    const texts = { ...(ofA === undefined ? {} : { a: asJson(ofA) }), ...(ofB === undefined ? {} : { b: asJson(ofB) }) };
    if (found) return { path, kind: found.kind, ...texts };
    const kind = texts.a === texts.b ? 'same' : texts.b === undefined ? 'only-a' : texts.a === undefined ? 'only-b' : 'changed';
    return { path, kind, ...texts, ...(kind === 'same' ? {} : { ignored: true }) };
  });
}

const asJson = (value: unknown): string => JSON.stringify(value) ?? 'undefined';

const patternOf = (pattern: string): RegExp => new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}($|[.[])`);
