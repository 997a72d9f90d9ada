/** View-models of the comparison: what differs, what came of it, and at which KL. Pure. */
import { klNotes } from '../../src/core/run/comparable';
import { decodeRun, formatDelta, formatNumber, type ComparisonView, type ConfigRow, type OutcomeRow, type PanelRun } from '../../src/core/protocol';
import { METRIC_NAMES, METRICS, type MetricName } from '../../src/core/run/metrics';
import type { ChartSpec, Series } from '../charts/spec';
import { curvePoints, klAxis, shortFraction } from './gap';

/** What the words "better" and "worse" may be said of. */
export type Verdict = 'better' | 'worse' | 'different' | 'undecided' | 'no interval';

export const shownRows = (rows: readonly ConfigRow[], all: boolean): ConfigRow[] => (all ? [...rows] : rows.filter((row) => row.kind !== 'same' && row.ignored !== true));

/** `3 differences of 24 fields; 2 ignored`. */
export function differenceSummary(rows: readonly ConfigRow[]): string {
  if (rows.length === 0) return 'Neither log holds any.';
  const differing = rows.filter(({ kind }) => kind !== 'same');
  const ignored = differing.filter((row) => row.ignored === true).length;
  const counted = differing.length - ignored;
  const count = counted === 0 ? 'No differences' : counted === 1 ? '1 difference' : `${counted} differences`;
  return `${count} in ${rows.length} fields${ignored > 0 ? `; ${ignored} ignored by pattern` : ''}`;
}

export const KIND_TEXT: Readonly<Record<ConfigRow['kind'], string>> = { same: 'same', changed: 'changed', 'only-a': 'only in A', 'only-b': 'only in B' };

/** Decided only by an interval that is clear of zero; "better" only where the metric has a good direction. */
export function verdictOf({ metric, low, high }: Pick<OutcomeRow, 'metric' | 'low' | 'high'>): Verdict {
  if (low === undefined || high === undefined) return 'no interval';
  if (low <= 0 && high >= 0) return 'undecided';
  const { direction } = METRICS[metric];
  if (direction === 'neither') return 'different';
  return low > 0 === (direction === 'higher') ? 'better' : 'worse';
}

export const VERDICT_TEXT: Readonly<Record<Verdict, string>> = {
  better: '▲ B better',
  worse: '▼ B worse',
  different: '≠ different',
  undecided: '≈ undecided',
  'no interval': '',
};

export type OutcomeSort = 'step' | 'delta';

/** The rows of one metric: by step, or by the size of the difference. */
export function outcomeRows(view: ComparisonView, metric: MetricName, sort: OutcomeSort): OutcomeRow[] {
  const rows = view.outcome.filter((row) => row.metric === metric);
  return rows.sort((a, b) => (sort === 'step' ? a.step - b.step : Math.abs(b.delta) - Math.abs(a.delta)));
}

/** Metrics that both runs hold, in the vocabulary's order, win rate and KL first. */
export function comparedMetrics(view: ComparisonView): MetricName[] {
  const present = new Set(view.outcome.map((row) => row.metric));
  const first: readonly MetricName[] = ['winRate', 'kl', 'policyAccuracy'];
  return [...new Set([...first, ...METRIC_NAMES])].filter((name) => present.has(name));
}

/** One row a metric at the last step that both runs reached: the answer before the detail. */
export function latestRows(view: ComparisonView): OutcomeRow[] {
  return comparedMetrics(view).flatMap((metric) => outcomeRows(view, metric, 'step').slice(-1));
}

export function deltaText({ metric, delta }: OutcomeRow): string {
  return formatDelta(delta, METRICS[metric].unit);
}

export function deltaInterval({ metric, low, high }: OutcomeRow): string {
  if (low === undefined || high === undefined) return '';
  return `[${formatDelta(low, METRICS[metric].unit)}, ${formatDelta(high, METRICS[metric].unit)}]`;
}

/** Delta as a share of A; nothing where A is zero. */
export function relativeText({ a, delta }: OutcomeRow): string {
  if (a === 0 || !Number.isFinite(delta / a)) return '';
  const percent = (100 * delta) / Math.abs(a);
  return `${percent > 0 ? '+' : percent < 0 ? '−' : ''}${Math.abs(percent).toFixed(Math.abs(percent) < 10 ? 1 : 0)}%`;
}

export interface ComparedRuns {
  readonly a: PanelRun;
  readonly b: PanelRun;
}

export const decodeBoth = ({ a, b }: ComparisonView): ComparedRuns => ({ a: decodeRun(a), b: decodeRun(b) });

/** Both runs' win rate over KL. */
export function pairSpec({ a, b }: ComparedRuns): ChartSpec {
  // Online and offline keep the styles that they have in the dashboard; two runs of one kind are A in the first, B in the second.
  const offlineFirst = a.sampling === 'offline' && b.sampling !== 'offline';
  const series = [runSeries(a, 'A', Number(offlineFirst)), runSeries(b, 'B', Number(!offlineFirst))].filter(({ points }) => points.length > 0);
  return {
    id: 'pair',
    title: 'Win rate against KL',
    description: 'Win rate against the golden policy over KL(π‖π_ref), a point for each checkpoint of A and of B, with 95% intervals.',
    x: klAxis('sqrt', series, []),
    y: { label: 'Win rate', scale: 'linear', format: (value) => formatNumber(value, 'fraction'), tick: shortFraction, min: 0 },
    series,
    lines: [],
    endRoom: 1,
    ...(series.length === 0 ? { empty: 'Neither run holds KL and win rate at the same checkpoint.' } : {}),
    notes: klNotes([a, b]),
  };
}

function runSeries(run: PanelRun, letter: 'A' | 'B', slot: number): Series {
  const points = run.checkpoints.flatMap(({ step, metrics: { kl, winRate } }) =>
    kl && winRate && Number.isFinite(kl.value) && Number.isFinite(winRate.value)
      ? [{ x: kl.value, y: winRate.value, low: winRate.low, high: winRate.high, source: { run: run.id, step, metric: 'winRate' as const } }]
      : []);
  return { key: letter, label: `${letter}: ${run.name}`, legend: `${letter}: ${run.name}`, slot, form: 'line', whiskers: true, endLabel: letter, points };
}

export function matchedDeltaSpec(view: ComparisonView, pair: ChartSpec): ChartSpec {
  const points = curvePoints(view.matchedKl);
  return {
    id: 'matched-delta',
    title: 'B minus A at the same KL',
    description: 'Win rate of B minus that of A at the same KL, with its 95% band, only where both runs have checkpoints.',
    x: pair.x,
    y: { label: 'B − A', scale: 'linear', format: (value) => formatDelta(value, 'fraction'), tick: (value) => formatDelta(Number(value.toFixed(2)), 'fraction').slice(0, -1) },
    series: points.length === 0 ? [] : [{ key: 'delta', label: 'B − A', legend: 'B − A', slot: 3, form: 'line', markers: false, band: true, points }],
    lines: [{ axis: 'y', value: 0, label: 'no difference', tone: 'quiet' }],
    endRoom: 1,
    ...(points.length === 0 ? { empty: 'No KL is reached by both runs.' } : {}),
    notes: [],
  };
}

/** For the top of the page: what the two runs differ in, in few words. */
export function headlineSentence(view: ComparisonView): string {
  const last = latestRows(view).find((row) => row.metric === 'winRate');
  if (!last) return 'The runs have no checkpoint in common that holds a win rate.';
  const size = `${formatDelta(last.delta, 'fraction')}${deltaInterval(last) === '' ? '' : `, 95% interval ${deltaInterval(last)}`}`;
  const verdict = verdictOf(last);
  const words = verdict === 'better' ? 'B has the higher win rate' : verdict === 'worse' ? 'A has the higher win rate' : 'No clear difference in win rate';
  return `${words} at step ${last.step} (B − A ${size}).`;
}
