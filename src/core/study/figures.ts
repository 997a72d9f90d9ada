/** The pictures that findings need, over the report's chart: win rate against KL, peaks over levels, accuracy against win rate. */
import { chartSvg, type Chart, type ChartPoint, type Rule, type Series } from '../figures/chart';
import { klBound } from '../figures/picture';
import { klAxis, linearAxis, mayStretch, percent, shortNumber, type Axis } from '../figures/scale';
import type { Valued } from '../analysis/report';
import type { Run } from '../run/types';
import { armReports, peakContrast, type Selection } from './effects';
import type { StudyFigure } from './types';

interface Words {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
}

const drawn = ({ id, title, caption }: Words, chart: Omit<Chart, 'id' | 'title'>): StudyFigure => ({ id, title, caption, svg: chartSvg({ ...chart, id, title }, true) });

const notedPoints = (runs: readonly Run[], points: readonly { readonly run: string; readonly step: number; readonly kl: number; readonly winRate: number; readonly low?: number; readonly high?: number }[]): ChartPoint[] => {
  const names = new Map(runs.map(({ id, name }) => [id, name]));
  return points
    // Step 0 is the reference policy itself.
    .filter(({ step }) => step > 0)
    .map(({ run, step, kl, winRate, low, high }) => ({ x: kl, y: winRate, low, high, note: `${names.get(run) ?? run}, step ${step}: KL ${kl.toFixed(2)}, win rate ${percent(winRate)}` }));
};

/** Win rate against KL, an arm a series: the picture of Figs 1, 4, 5, 9, 12 and 13. None where no run has a checkpoint. */
export function klFigure(words: Words, selections: readonly Selection[]): StudyFigure[] {
  const reports = armReports(selections);
  const styles = new Map(selections.map(({ name }, style) => [name, style]));
  const runs = selections.flatMap((selection) => selection.runs);
  const series = reports.map(({ name, points, fit }): Series => ({
    label: name,
    style: styles.get(name) ?? 0,
    points: notedPoints(runs, points),
    line: (fit ?? []).map(({ kl, winRate, low, high }) => ({ x: kl, y: winRate, low, high })),
  }));
  const all = series.flatMap(({ points = [], line = [] }) => [...points, ...line]);
  if (all.length === 0) return [];
  const bound = klBound(runs);
  const rules: Rule[] = bound === undefined || !mayStretch(bound, Math.max(...all.map(({ x }) => x))) ? [] : [{ axis: 'x', at: bound, label: `1/(2β) = ${shortNumber(bound)} nats`, dash: '2 4' }];
  return [
    drawn(words, {
      description: reports.map(({ name, peak }) => (peak === null ? `${name}: no peak.` : `${name}: peak ${percent(peak.winRate)} at ${peak.kl.toFixed(2)} nats.`)).join(' '),
      x: klAxis([...all.map(({ x }) => x), ...rules.map(({ at }) => at)]),
      y: linearAxis('Win rate against the golden policy', all.flatMap(({ y, low = y, high = y }) => [y, low, high]), { format: percent, wanted: 6 }),
      series,
      rules,
    }),
  ];
}

export interface Level {
  readonly label: string;
  readonly value: Valued | undefined;
}

export interface LevelSeries {
  readonly name: string;
  /** In the order of the axis; a level without a value is left out. */
  readonly levels: readonly Level[];
}

/** Peak win rate of each arm, mean over seeds; undefined where it has none. */
export const peaksOf = (selections: readonly Selection[]): (Valued | undefined)[] => selections.map((selection) => peakContrast([{ ...selection, weight: 1 }]).effect);

interface LevelWords extends Words {
  readonly x: string;
  readonly y?: string;
  /** Levels that are names, such as tasks: no line leads from one to the next. */
  readonly isUnordered?: boolean;
  /** Lines across, such as the peak of the online arm. */
  readonly across?: readonly { readonly label: string; readonly value: Valued | undefined }[];
  /** A place between levels, in units of them, with its interval: the crossing point. */
  readonly mark?: { readonly label: string; readonly value: number; readonly low: number; readonly high: number };
}

/** Between the series of a level, in units of levels. */
const BESIDE = 0.04;

/** A value with its interval over ordered levels: shuffling, sync interval, size, number of labels. */
export function levelFigure({ x, y = 'Peak win rate against the golden policy', isUnordered = false, across = [], mark, ...words }: LevelWords, all: readonly LevelSeries[]): StudyFigure[] {
  const labels = all[0]?.levels.map(({ label }) => label) ?? [];
  const series = all.map(({ name, levels }, style): Series => {
    // Beside each other, or the intervals of one would hide those of the next.
    const aside = BESIDE * (style - (all.length - 1) / 2);
    const points = levels.flatMap(({ label, value }, at): ChartPoint[] => (value === undefined ? [] : [{ x: at + aside, y: value.value, ...withinShares(value), note: `${name}, ${label}: ${percent(value.value)}` }]));
    return { label: name, style, points, line: isUnordered ? [] : points.map((point) => ({ x: point.x, y: point.y })) };
  });
  const points = series.flatMap((one) => one.points ?? []);
  if (points.length === 0) return [];
  const lines = across.flatMap(({ label, value }): Rule[] => (value === undefined ? [] : [{ axis: 'y', at: value.value, label: `${label} ${percent(value.value)}` }]));
  const marks: Rule[] = mark === undefined ? [] : [
    { axis: 'x', at: mark.value, label: mark.label, dash: '' },
    { axis: 'x', at: mark.low, label: '', dash: '2 4' },
    { axis: 'x', at: mark.high, label: '', dash: '2 4' },
  ];
  return [
    drawn(words, {
      description: series.map(({ label, points: own = [] }) => `${label}: ${own.map(({ x: at, y: value }) => `${labels[Math.round(at)] ?? ''} ${percent(value)}`).join(', ')}.`).join(' '),
      x: levelAxis(x, labels),
      y: linearAxis(y, [...points.flatMap(({ y: value, low = value, high = value }) => [value, low, high]), ...lines.map(({ at }) => at)], { format: percent, wanted: 6 }),
      series,
      rules: [...lines, ...marks],
    }),
  ];
}

/** Student's interval of a share may reach beyond what a share can be; what is drawn may not. */
const withinShares = ({ low, high }: Valued): { readonly low: number; readonly high: number } => ({ low: Math.max(0, low), high: Math.min(1, high) });

/** Levels stand evenly, whatever they are. */
function levelAxis(label: string, labels: readonly string[]): Axis {
  return { label, min: -0.3, max: Math.max(1, labels.length - 1) + 0.3, kind: 'linear', ticks: labels.map((text, at) => ({ at, label: text })) };
}

interface ScatterWords extends Words {
  readonly x: string;
  readonly rules?: readonly Rule[];
}

/** A checkpoint a mark: what it measures against its win rate (Fig. 7). */
export function scatterFigure({ x, rules = [], ...words }: ScatterWords, selections: readonly Selection[], read: (checkpoint: Run['checkpoints'][number]) => number | undefined): StudyFigure[] {
  const series = selections.map(({ name, runs }, style): Series => ({
    label: name,
    style,
    points: runs.flatMap((run) => run.checkpoints.flatMap((checkpoint): ChartPoint[] => {
      const [at, win] = [read(checkpoint), checkpoint.metrics.winRate?.value];
      return at === undefined || win === undefined || checkpoint.step === 0 ? [] : [{ x: at, y: win, note: `${run.name}, step ${checkpoint.step}: ${percent(at)}, win rate ${percent(win)}` }];
    })),
  }));
  const points = series.flatMap((one) => one.points ?? []);
  if (points.length === 0) return [];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [
    drawn(words, {
      description: series.map(({ label, points: own = [] }) => (own.length === 0 ? `${label}: no checkpoint.` : `${label}: mean ${percent(mean(own.map((point) => point.x)))}, mean win rate ${percent(mean(own.map((point) => point.y)))}.`)).join(' '),
      x: linearAxis(x, [...points.map((point) => point.x), ...rules.filter(({ axis }) => axis === 'x').map(({ at }) => at)], { format: percent, wanted: 6 }),
      y: linearAxis('Win rate against the golden policy', points.map((point) => point.y), { format: percent, wanted: 6 }),
      series,
      rules,
    }),
  ];
}
