/** Win rate against KL for all arms, and the gap at matched KL below it, on the same horizontal axis (Tang et al. 2024, Fig. 1). */
import { klNotes } from '../../src/core/run/comparable';
import { formatDelta, formatNumber, type CurveColumns, type GapView, type PanelRun } from '../../src/core/protocol';
import { thin, type Axis, type ChartSpec, type Point, type ReferenceLine, type Series } from '../charts/spec';
import { legendOf, type Group } from './groups';
import { hasNoPoints, NO_POINTS } from './headlines';
import { howToLog } from './logs';

export type KlScale = 'sqrt' | 'linear';
/** `fit`: the smooth curve; `attainable`: the best win rate within each KL, free of the winner's curse. */
export type CurveChoice = 'fit' | 'attainable';

export interface FrontierOptions {
  readonly scale: KlScale;
  readonly curve: CurveChoice;
}

const inNats = (value: number): string => formatNumber(value, 'nats/sequence').replace(/\.?0+$/, '') || '0';
const asFraction = (value: number): string => formatNumber(value, 'fraction');

/** An axis needs no third decimal. */
export const shortFraction = (value: number): string => asFraction(value).slice(0, -1);

const longestName = (gap: GapView | undefined): number => Math.max(0, ...(gap?.arms ?? []).map(({ name }) => name.length));


/** KL of 40 nats must not flatten a picture of 5 only because a bound lies there. */
const LINE_REACH = 1.4;

export function frontierSpec(groups: readonly Group[], gap: GapView | undefined, { scale, curve }: FrontierOptions): ChartSpec {
  const runs = groups.flatMap((group) => group.runs);
  const measured = groups.map((group) => frontierPoints(group, gap));
  const series = [...measured.flatMap(({ series: points }) => points), ...curveSeries(groups, gap, curve)];
  const { lines, notes } = klLines(runs, gap, largestKl(series));
  return {
    id: 'frontier',
    title: 'Win rate against KL',
    description: `Win rate against the golden policy over KL(π‖π_ref) in nats per sequence: a point for each checkpoint of each run, and for each arm ${CURVE_WORDS[curve]}`,
    x: klAxis(scale, series, lines),
    y: { label: 'Win rate', scale: 'linear', format: asFraction, tick: shortFraction, min: 0 },
    series,
    endRoom: longestName(gap),
    lines: [...lines, ...referenceLine(runs)],
    ...(series.length === 0 ? { empty: nothingMeasured(runs) } : {}),
    notes: [...new Set([...measured.flatMap((one) => one.notes), ...klNotes(runs), ...notes])],
  };
}

export function matchedSpec(gap: GapView, frontier: ChartSpec): ChartSpec {
  const [a, b] = gap.between ?? ['online', 'offline'];
  const points = curvePoints(gap.matched);
  return {
    id: 'matched-gap',
    title: 'Performance gap at matched KL',
    description: `Win rate of ${a} minus ${b} at the same KL, with its 95% band, only where both arms have data.`,
    x: frontier.x,
    y: { label: 'Gap', scale: 'linear', format: (value) => formatDelta(value, 'fraction'), tick: (value) => formatDelta(Number(value.toFixed(2)), 'fraction').slice(0, -1) },
    endRoom: longestName(gap),
    series: points.length === 0 ? [] : [{ key: 'gap', label: `${a} − ${b}`, legend: `${a} − ${b}`, slot: 3, form: 'line', markers: false, band: true, points }],
    lines: [{ axis: 'y', value: 0, label: 'no gap', tone: 'quiet' }],
    ...(points.length === 0 ? { empty: hasNoPoints(gap) ? NO_POINTS : gap.notes[0] ?? 'No KL is reached by both arms yet.' } : {}),
    notes: [],
  };
}

function frontierPoints(group: Group, gap: GapView | undefined): { readonly series: Series[]; readonly notes: string[] } {
  const points = group.runs
    .flatMap((run) => run.checkpoints.flatMap((checkpoint): Point[] => {
      const { kl, winRate } = checkpoint.metrics;
      if (!kl || !winRate || !Number.isFinite(kl.value) || !Number.isFinite(winRate.value)) return [];
      return [{ x: kl.value, y: winRate.value, low: winRate.low, high: winRate.high, source: { run: run.id, step: checkpoint.step, metric: 'winRate' } }];
    }))
    .sort((a, b) => a.x - b.x);
  if (points.length === 0) return { series: [], notes: [] };
  const { points: drawn, every } = thin(points, 1000);
  const fitted = gap?.arms.some((arm) => arm.fit.kl.length > 0 && isArm(group, arm.name)) ?? false;
  return {
    series: [{ key: `${group.key}/frontier`, label: group.label, legend: legendOf(group), slot: group.slot, form: group.runs.length === 1 && !fitted ? 'line' : 'points', whiskers: !fitted, points: drawn }],
    notes: every > 1 ? [`${group.label}: 1 of every ${every} checkpoints is drawn; the fit uses all of them.`] : [],
  };
}

const isArm = ({ runs: [first] }: Group, name: string): boolean => first?.arm === name || first?.sampling === name;

const CURVE_WORDS: Readonly<Record<CurveChoice, string>> = {
  fit: 'a fitted curve with its 95% band.',
  attainable: 'the best win rate within each KL with its 95% band: chosen on one half of the prompts, scored on the other.',
};

function curveSeries(groups: readonly Group[], gap: GapView | undefined, curve: CurveChoice): Series[] {
  return (gap?.arms ?? []).flatMap((arm, i): Series[] => {
    const points = curvePoints(arm[curve]);
    if (points.length === 0) return [];
    const group = groups.find((one) => isArm(one, arm.name));
    const legend = group ? legendOf(group) : arm.name;
    return [{ key: `fit/${arm.name}`, label: `${arm.name}, ${curve === 'fit' ? 'fit' : 'best within'}`, legend, slot: group?.slot ?? i, form: 'curve', band: true, points, endLabel: arm.name }];
  });
}

export const curvePoints = ({ kl, value, low, high }: CurveColumns): Point[] =>
  Array.from(kl, (x, i): Point => ({
    x,
    y: value[i] ?? NaN,
    ...(Number.isNaN(low[i] ?? NaN) ? {} : { low: low[i] }),
    ...(Number.isNaN(high[i] ?? NaN) ? {} : { high: high[i] }),
  })).filter((point) => Number.isFinite(point.y));

const largestKl = (series: readonly Series[]): number => Math.max(0, ...series.flatMap(({ points }) => points.map((point) => point.x)));

export function klAxis(scale: KlScale, series: readonly Series[], lines: readonly ReferenceLine[]): Axis {
  const reach = Math.max(largestKl(series), ...lines.filter((line) => line.axis === 'x').map((line) => line.value));
  return { label: `KL from the reference policy (nats/sequence${scale === 'sqrt' ? ', √ scale' : ''})`, name: 'KL', scale, format: (value) => `${formatNumber(value, 'nats/sequence')} nats`, tick: inNats, min: 0, max: (reach || 1) * 1.04 };
}

/** Budget, and 1/(2β): where online IPO's fixed point lies at the latest. Lines far outside the data become notes. */
function klLines(runs: readonly PanelRun[], gap: GapView | undefined, reach: number): { readonly lines: ReferenceLine[]; readonly notes: string[] } {
  const budget = gap?.budget ?? runs.find((run) => run.klBudget !== undefined)?.klBudget;
  const betas = new Set(runs.filter((run) => (run.objective === 'ipo' || run.objective === 'ipo-azar') && run.sampling === 'online').flatMap(({ beta }) => (beta === undefined || beta <= 0 ? [] : [beta])));
  const wanted: ReferenceLine[] = [
    ...(budget === undefined ? [] : [{ axis: 'x' as const, value: budget, label: `KL budget ${inNats(budget)}`, tone: 'limit' as const }]),
    ...[...betas].sort((a, b) => b - a).map((beta) => ({ axis: 'x' as const, value: 1 / (2 * beta), label: `bound 1/(2β) ${inNats(1 / (2 * beta))}${betas.size > 1 ? ` (β ${beta})` : ''}`, tone: 'quiet' as const })),
  ];
  const inside = wanted.filter((line) => reach === 0 || line.value <= reach * LINE_REACH);
  const outside = wanted.filter((line) => !inside.includes(line));
  return { lines: mergeLines(inside), notes: outside.map((line) => `Outside the picture: ${line.label} nats.`) };
}

/** With β = 0.1 the bound and a budget of 5 nats are one line: it gets one label. */
export function mergeLines(lines: readonly ReferenceLine[]): ReferenceLine[] {
  const merged: ReferenceLine[] = [];
  for (const line of lines) {
    const at = merged.findIndex((one) => Math.abs(one.value - line.value) <= 1e-9 * Math.abs(line.value));
    const same = merged[at];
    if (same) merged[at] = { ...same, label: `${same.label} = ${line.label.replace(/ [\d.]+$/, '')}` };
    else merged.push(line);
  }
  return merged;
}

/** Win rate of the reference policy: what step 0 measured, on average over runs. */
function referenceLine(runs: readonly PanelRun[]): ReferenceLine[] {
  const values = runs.flatMap(({ checkpoints: [first] }) => (first?.step === 0 && first.metrics.winRate ? [first.metrics.winRate.value] : [])).filter(Number.isFinite);
  if (values.length === 0) return [];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [{ axis: 'y', value: mean, label: `reference policy ${asFraction(mean)}`, tone: 'quiet' }];
}

function nothingMeasured(runs: readonly PanelRun[]): string {
  if (runs.every(({ checkpoints }) => checkpoints.length === 0)) return 'No checkpoint yet: the first point appears when a run has been evaluated.';
  const has = (name: 'kl' | 'winRate') => runs.some((run) => run.checkpoints.some((checkpoint) => checkpoint.metrics[name]));
  const missing = [...(has('kl') ? [] : ['KL from the reference policy']), ...(has('winRate') ? [] : ['a win rate'])];
  return [`This needs ${missing.join(' and ') || 'KL and win rate at the same checkpoint'}, which these logs do not hold.`, ...howToLog(runs, ['kl', 'winRate'])].join(' ');
}
