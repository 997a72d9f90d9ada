/** From a spec and a theme to what chart.js draws. Fitted curves, bands and rules are the overlay's (overlay.ts). */
import type { Chart, ChartConfiguration, ChartDataset, ChartOptions, ScaleOptionsByType } from 'chart.js';
import { describePoint } from './cursor';
import { drawnSeries, visible, type Drawing } from './drawing';
import { overlayPlugin } from './overlay';
import type { Axis, ChartSpec, Series } from './spec';
import { slotStyle, withAlpha, type ChartTheme } from './theme';
import { axisRange, fromPosition, roundTicks, sqrtTicks, tickTexts, toPosition } from './ticks';

type Dataset = ChartDataset<'line', { x: number; y: number }[]> & { key: string };
export type LineChart = Chart<'line', { x: number; y: number }[]>;

export function chartConfig(current: () => Drawing): ChartConfiguration<'line', { x: number; y: number }[]> {
  return {
    type: 'line',
    data: { datasets: datasetsOf(current(), []) },
    options: chartOptions(current),
    plugins: [overlayPlugin(current)],
  };
}

/**
 * Keeps the dataset objects of series whose style stays: chart.js then updates their points in place. It remembers what it
 * made of a dataset's style, so a change of that (another theme) needs a new object.
 */
export function datasetsOf(drawing: Drawing, previous: readonly unknown[]): Dataset[] {
  const known = new Map((previous as readonly Dataset[]).map((dataset) => [dataset.key, dataset]));
  return drawnSeries(drawing).map((series) => {
    const fresh = toDataset(series, drawing);
    const kept = known.get(series.key);
    if (!kept || styleText(kept) !== styleText(fresh)) return fresh;
    kept.data = fresh.data;
    return kept;
  });
}

const styleText = (dataset: Dataset): string => JSON.stringify(STYLE_FIELDS.map((field) => dataset[field]));

const STYLE_FIELDS = [
  'label', 'showLine', 'borderColor', 'borderDash', 'borderWidth', 'pointStyle', 'pointRadius', 'pointHoverRadius', 'pointBorderColor', 'pointBorderWidth', 'pointBackgroundColor',
] as const satisfies readonly (keyof Dataset)[];

function toDataset(series: Series, { spec, theme }: Drawing): Dataset {
  const { dash, marker } = slotStyle(series.slot);
  const colour = theme.series[series.slot % theme.series.length] ?? theme.text;
  const ink = series.faint ? withAlpha(colour, theme.strong ? 0.6 : 0.4) : colour;
  const few = series.points.length <= 60;
  const radius = series.markers === false ? 0 : series.faint ? 1.5 : few ? 4 : 2;
  return {
    key: series.key,
    label: series.label,
    data: series.points.map(({ x, y }) => ({ x: toPosition(spec.x, x), y })),
    showLine: series.form === 'line',
    borderColor: ink,
    borderDash: [...dash],
    borderWidth: (series.faint ? 1 : 2) + (theme.strong ? 1 : 0),
    pointStyle: marker,
    pointRadius: radius,
    pointHoverRadius: Math.max(5, radius + 3),
    pointBorderColor: ink,
    pointBorderWidth: theme.strong ? 2 : 1.5,
    pointHoverBorderWidth: 2,
    pointBackgroundColor: series.faint ? ink : theme.background,
    spanGaps: false,
    tension: 0,
  };
}

export function chartOptions(current: () => Drawing): ChartOptions<'line'> {
  const drawing = current();
  const { spec, theme } = drawing;
  const all = visible(drawing);
  const xs = all.flatMap((series) => series.points.map((point) => point.x));
  const lines = (axis: 'x' | 'y') => spec.lines.filter((line) => line.axis === axis).map((line) => line.value);
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    // A value that arrives while the pointer rests must not need a movement to be seen.
    events: ['mousemove', 'mouseout', 'click', 'touchstart', 'touchmove'],
    interaction: { mode: 'nearest', intersect: false, axis: 'xy' },
    layout: { padding: { top: 8, right: 12 + endLabelWidth(spec, theme), bottom: 0, left: 0 } },
    scales: {
      x: axisOptions(spec.x, axisRange(spec.x, [...xs, ...lines('x')]), theme, 'x'),
      y: axisOptions(spec.y, axisRange(spec.y, [...heights(all), ...lines('y')]), theme, 'y'),
    },
    plugins: { tooltip: tooltipOptions(current) },
  };
}

/**
 * Values and what their bands need, but at most the values' own span beyond them: two seeds give a band of ±12.7 standard
 * errors, which must not press the lines flat. The band then leaves the picture, and its bounds stand in the table.
 */
export function heights(all: readonly Series[]): number[] {
  const values = all.flatMap((series) => series.points.map((point) => point.y));
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const span = highest - lowest || Math.abs(highest) || 1;
  const bounds = all.flatMap((series) => series.points.flatMap(({ low, high }) => [low ?? highest, high ?? highest]));
  return [...values, ...bounds.map((bound) => Math.max(lowest - span, Math.min(highest + span, bound)))];
}

function axisOptions(axis: Axis, range: { min: number; max: number }, theme: ChartTheme, side: 'x' | 'y') {
  const font = { family: theme.font, size: theme.fontSize };
  const ticks = axis.scale === 'sqrt' ? sqrtTicks(range.max, 6) : roundTicks(range.min, range.max, side === 'x' ? 8 : 5);
  const texts = new Map(tickTexts(ticks, axis.tick ?? axis.format).map((text, i) => [toPosition(axis, ticks[i] ?? 0), text]));
  const options: DeepPartial<ScaleOptionsByType<'linear'>> = {
    type: 'linear',
    min: toPosition(axis, range.min),
    max: toPosition(axis, range.max),
    title: { display: true, text: axis.label, color: theme.text, font },
    grid: { color: theme.grid, tickLength: 4 },
    border: { color: theme.quiet },
    ticks: {
      color: theme.quiet,
      font,
      maxRotation: 0,
      autoSkip: side === 'x',
      autoSkipPadding: 12,
      callback: (position: number | string) => texts.get(Number(position)) ?? (axis.tick ?? axis.format)(fromPosition(axis, Number(position))),
    },
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = ticks.map((value) => ({ value: toPosition(axis, value) }));
    },
  };
  // One width for all vertical axes, so that charts above each other share their horizontal positions.
  return side === 'y' ? { ...options, afterFit: (scale: { width: number }) => { scale.width = theme.fontSize * 5.5; } } : options;
}

type DeepPartial<T> = T extends (...args: never[]) => unknown ? T : T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T;

function tooltipOptions(current: () => Drawing): NonNullable<ChartOptions<'line'>['plugins']>['tooltip'] {
  const { theme } = current();
  const font = { family: theme.font, size: theme.fontSize };
  return {
    backgroundColor: theme.hoverBackground,
    borderColor: theme.hoverBorder,
    borderWidth: 1,
    titleColor: theme.text,
    bodyColor: theme.text,
    bodyFont: font,
    displayColors: false,
    cornerRadius: 3,
    callbacks: {
      title: () => '',
      label: ({ datasetIndex, dataIndex }) => {
        const drawing = current();
        const series = drawnSeries(drawing)[datasetIndex];
        const text = series && describePoint(drawing.spec, { series: series.key, index: dataIndex });
        return text ? text.split(/(?<=[^:]): | (?=at )|, (?=step )/) : '';
      },
    },
  };
}

/** Room right of the plot for the labels at the lines' ends; letters are about 0.55 of their size wide. */
function endLabelWidth(spec: ChartSpec, theme: ChartTheme): number {
  const longest = Math.max(spec.endRoom ?? 0, ...spec.series.map(({ endLabel }) => endLabel?.length ?? 0));
  return Math.min(160, longest * theme.fontSize * 0.58);
}
