/** The gap as the analysis reports it, in the columns that travel to the page. */
import type { CurvePoint, GapReport, GapSummary, Valued } from '../../../core/analysis';
import type { ArmSummary, CurveColumns, GapView, Interval } from '../../../core/protocol/data';

export function toGapView({ budget, arms, gap, notes }: GapReport): GapView {
  return {
    budget,
    arms: arms.map((arm): ArmSummary => ({
      name: arm.name,
      runs: arm.runs,
      points: arm.points.length,
      peak: arm.peak && { ...toInterval({ ...arm.peak, value: arm.peak.winRate }), kl: arm.peak.kl },
      atBudget: arm.atBudget && toInterval({ ...arm.atBudget, value: arm.atBudget.winRate }),
      efficiency: arm.efficiency,
      fit: toCurve((arm.fit ?? []).map(toPoint)),
      attainable: toCurve((arm.attainable ?? []).map(toPoint)),
    })),
    ...summaryOf(gap),
    notes,
  };
}

function summaryOf(gap: GapSummary | null): Pick<GapView, 'between' | 'matched' | 'mean' | 'atBudget' | 'peak'> {
  if (gap === null) return { between: null, matched: toCurve([]), mean: null, atBudget: null, peak: null };
  const { between, matched, mean, atBudget, peak } = gap;
  return { between, matched: toCurve(matched), mean: mean && toInterval(mean), atBudget: atBudget && toInterval(atBudget), peak: peak && toInterval(peak) };
}

export interface BandPoint {
  readonly kl: number;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

const toPoint = ({ kl, winRate, low, high }: CurvePoint): BandPoint => ({ kl, value: winRate, low, high });

export function toCurve(points: readonly BandPoint[]): CurveColumns {
  const column = (field: keyof BandPoint) => Float64Array.from(points, (point) => point[field] ?? NaN);
  return { kl: column('kl'), value: column('value'), low: column('low'), high: column('high') };
}

/** JSON has no NaN: a bound that could not be computed is left out. */
const toInterval = ({ value, low, high }: Valued): Interval => ({
  value,
  ...(Number.isFinite(low) ? { low } : {}),
  ...(Number.isFinite(high) ? { high } : {}),
});
