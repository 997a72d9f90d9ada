/** The figures of a study. Each is complete in itself: title, description in words, axes with units, direct labels. */
import type { GapReport } from '../analysis/report';
import type { MetricName } from '../run/metrics';
import type { Run } from '../run/types';
import { chartSvg, type Chart, type ChartPoint, type Rule, type Series } from './chart';
import { gapPicture, type GapPicture } from './picture';
import { klAxis, linearAxis, mayStretch, percent, plainNumber, shortNumber } from './scale';
import { groupSeries, runGroups } from './series';
import { verdictOf } from './verdict';

export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly svg: string;
}

export interface FigureOptions {
  /** Put the style sheet into each SVG, for use outside the report. */
  readonly standalone?: boolean;
}

/** All figures for which there is data, in reading order. */
export function studyFigures(runs: readonly Run[], report: GapReport, { standalone = false }: FigureOptions = {}): Figure[] {
  const charts = [
    frontierChart(runs, report),
    gapChart(report),
    attainableChart(runs, report),
    accuracyChart(runs),
    budgetChart(runs),
    winRateChart(runs),
  ];
  return charts.flatMap((made) =>
    made === undefined ? [] : [{ id: made.chart.id, title: made.chart.title, caption: made.caption, svg: chartSvg(made.chart, standalone) }],
  );
}

interface Made {
  readonly chart: Chart;
  readonly caption: string;
}

const near = (value: number | undefined, points: readonly ChartPoint[]) =>
  value !== undefined && mayStretch(value, Math.max(0, ...points.map(({ x }) => x))) ? value : undefined;

function klRules(picture: GapPicture, points: readonly ChartPoint[]): Rule[] {
  const [budget, bound] = [near(picture.budget, points), near(picture.bound, points)];
  // β 0.1 has its bound at 5 nats, the usual budget: one line then says both.
  if (budget !== undefined && budget === bound) return [{ axis: 'x', at: budget, label: `budget = 1/(2β) = ${plainNumber(budget)} nats`, dash: '' }];
  return [
    ...(budget === undefined ? [] : [{ axis: 'x' as const, at: budget, label: `budget ${plainNumber(budget)} nats`, dash: '' }]),
    ...(bound === undefined ? [] : [{ axis: 'x' as const, at: bound, label: `1/(2β) = ${shortNumber(bound)} nats`, dash: '2 4' }]),
  ];
}

function frontierChart(runs: readonly Run[], report: GapReport): Made | undefined {
  const picture = gapPicture(runs, report);
  const points = picture.arms.flatMap((arm) => [...arm.points, ...arm.fit]);
  if (points.length === 0) return undefined;
  const rules: Rule[] = [
    ...klRules(picture, points),
    ...(picture.reference === undefined ? [] : [{ axis: 'y' as const, at: picture.reference, label: `reference policy ${percent(picture.reference)}` }]),
  ];
  const heights = points.flatMap(({ y, low = y, high = y }) => [y, low, high]);
  const chart: Chart = {
    id: 'figure-frontier',
    title: 'Win rate against KL',
    description: `${picture.arms.map(armInWords).join(' ')} ${verdictOf(runs, report).headline}`,
    x: klAxis([...points.map(({ x }) => x), ...rules.filter(({ axis }) => axis === 'x').map(({ at }) => at)]),
    y: linearAxis('Win rate against the golden policy', heights, { format: percent, wanted: 6, include: picture.reference === undefined ? [] : [picture.reference] }),
    series: picture.arms.map(({ name, style, points: dots, fit }) => ({ label: name, style, points: dots, line: fit })),
    rules,
  };
  return { chart, caption: 'Each mark is a checkpoint of one run with its 95% interval; the line is the fit in √KL with its bootstrap band over seeds and prompts. 1/(2β) bounds the KL of a converged online IPO policy.' };
}

function armInWords({ name, points }: GapPicture['arms'][number]): string {
  const best = points.reduce<ChartPoint | undefined>((top, point) => (top === undefined || point.y > top.y ? point : top), undefined);
  return best === undefined ? `${name}: no checkpoint yet.` : `${name}: ${points.length} checkpoints, the highest at ${percent(best.y)} and ${best.x.toFixed(2)} nats.`;
}

function gapChart({ gap, budget }: GapReport): Made | undefined {
  if (gap === null || gap.matched.length === 0) return undefined;
  const line = gap.matched.map(({ kl, value, low, high }) => ({ x: kl, y: value, low, high }));
  const [online, offline] = gap.between;
  const at = near(budget ?? undefined, line);
  const chart: Chart = {
    id: 'figure-gap',
    size: 'compact',
    title: 'Performance gap at matched KL',
    description: `Win rate of ${online} minus ${offline}, from ${line[0]?.x.toFixed(2) ?? ''} to ${line.at(-1)?.x.toFixed(2) ?? ''} nats, the range that both arms reach.`,
    x: klAxis([...line.map(({ x }) => x), ...(at === undefined ? [] : [at])]),
    y: linearAxis(`Win rate: ${online} − ${offline}`, line.flatMap(({ low, high }) => [low, high]), { format: percent, wanted: 6, include: [0] }),
    series: [{ label: 'gap', style: 4, line }],
    rules: [{ axis: 'y', at: 0, label: 'no gap', dash: '' }, ...(at === undefined ? [] : [{ axis: 'x' as const, at, label: `budget ${plainNumber(at)} nats`, dash: '' }])],
  };
  return { chart, caption: 'Only where both arms have data: nothing is extrapolated. Band: 95%, bootstrap over seeds and prompts. Above zero the online arm is ahead.' };
}

function attainableChart(runs: readonly Run[], report: GapReport): Made | undefined {
  const styles = new Map(gapPicture(runs, report).arms.map(({ name, style }) => [name, style]));
  const series: Series[] = report.arms.flatMap(({ name, attainable }) =>
    attainable === null || attainable.length === 0 ? [] : [{ label: name, style: styles.get(name) ?? 0, line: attainable.map(({ kl, winRate, low, high }) => ({ x: kl, y: winRate, low, high })) }],
  );
  const line = series.flatMap((one) => one.line ?? []);
  if (line.length === 0) return undefined;
  const chart: Chart = {
    id: 'figure-attainable',
    size: 'compact',
    title: 'Attainable win rate within a KL budget',
    description: `The best win rate that each arm attains within a KL budget: ${series.map(({ label, line: curve }) => `${label} ${percent(curve?.at(-1)?.y ?? 0)} in the end`).join(', ')}.`,
    x: klAxis(line.map(({ x }) => x), 'KL budget, nats per sequence (√ scale)'),
    y: linearAxis('Win rate', line.flatMap(({ y, low = y, high = y }) => [low, high]), { format: percent, wanted: 6 }),
    series,
  };
  return { chart, caption: 'The checkpoint is chosen on one half of the evaluation prompts and scored on the other, so that the maximum of noisy values does not pass for skill.' };
}

interface StepChart {
  readonly id: string;
  readonly title: string;
  readonly metric: MetricName;
  readonly label: string;
  readonly include?: readonly number[];
  readonly rules?: readonly Rule[];
  readonly scale?: (value: number, run: Run) => number;
}

/** A metric of every group over training steps. */
function stepChart(runs: readonly Run[], { id, title, metric, label, include = [], rules = [], scale }: StepChart): Chart | undefined {
  const series = runGroups(runs).map((group) => groupSeries(group, metric, scale)).filter(({ line = [] }) => line.length > 0);
  const line = series.flatMap((one) => one.line ?? []);
  if (line.length === 0) return undefined;
  return {
    id,
    title,
    size: 'compact',
    description: `${series.map(({ label: name, line: curve = [] }) => `${name}: from ${percent(curve[0]?.y ?? 0)} to ${percent(curve.at(-1)?.y ?? 0)}`).join('; ')}.`,
    x: linearAxis('Training step', line.map(({ x }) => x), { wanted: 6, format: (value) => String(Math.round(value)) }),
    y: linearAxis(label, [...line.flatMap(({ y, low = y, high = y }) => [low, high]), ...rules.map(({ at }) => at)], { format: percent, wanted: 6, include }),
    series,
    rules,
  };
}

function accuracyChart(runs: readonly Run[]): Made | undefined {
  const proxy = runs.flatMap((run) => run.checkpoints.slice(-1).flatMap(({ metrics: { proxyAccuracy } }) => (proxyAccuracy === undefined ? [] : [proxyAccuracy.value])));
  const mean = proxy.reduce((sum, value) => sum + value, 0) / proxy.length;
  const rules: Rule[] = [{ axis: 'y', at: 0.5, label: 'chance' }, ...(proxy.length === 0 ? [] : [{ axis: 'y' as const, at: mean, label: `proxy model ${percent(mean)}`, dash: '' }])];
  const chart = stepChart(runs, { id: 'figure-accuracy', title: 'Classification accuracy', metric: 'policyAccuracy', label: 'Held-out pairs ordered rightly', rules });
  return chart && { chart, caption: 'Share of held-out golden-labelled pairs that the policy’s implicit reward log π/π_ref orders rightly, mean over seeds, band from the lowest to the highest seed; the line is the proxy preference model on the same pairs.' };
}

function budgetChart(runs: readonly Run[]): Made | undefined {
  const withBudget = runs.filter((run) => run.klBudget !== undefined);
  const chart = stepChart(withBudget, {
    id: 'figure-budget', title: 'KL budget usage', metric: 'kl', label: 'KL as a share of the budget', include: [0],
    rules: [{ axis: 'y', at: 1, label: 'budget spent', dash: '' }],
    scale: (value, run) => value / (run.klBudget ?? 1),
  });
  return chart && { chart, caption: 'KL(π‖π_ref) divided by the run’s budget, mean over seeds, band from the lowest to the highest seed.' };
}

function winRateChart(runs: readonly Run[]): Made | undefined {
  const chart = stepChart(runs, { id: 'figure-win-rate', title: 'Win rate over training', metric: 'winRate', label: 'Win rate against the golden policy' });
  return chart && { chart, caption: 'Mean over seeds, band from the lowest to the highest seed. Steps are not a fair common measure of two arms; KL is.' };
}
