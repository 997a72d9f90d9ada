/** What chart.js has no element for: bands, fitted curves, whiskers, reference lines and labels at the lines' ends. */
import type { Chart, ChartArea, Plugin } from 'chart.js';
import { visible, type Drawing } from './drawing';
import type { Point, ReferenceLine, Series } from './spec';
import { slotStyle, withAlpha, type ChartTheme } from './theme';
import { toPosition } from './ticks';

interface Canvas {
  readonly context: CanvasRenderingContext2D;
  readonly area: ChartArea;
  readonly theme: ChartTheme;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

export function overlayPlugin(current: () => Drawing): Plugin<'line'> {
  const on = (chart: Chart): Canvas => {
    const { spec, theme } = current();
    const { x, y } = chart.scales;
    return {
      context: chart.ctx,
      area: chart.chartArea,
      theme,
      x: (value) => x?.getPixelForValue(toPosition(spec.x, value)) ?? 0,
      y: (value) => y?.getPixelForValue(value) ?? 0,
    };
  };
  return {
    id: 'overlay',
    beforeDatasetsDraw(chart) {
      const canvas = on(chart);
      clipped(canvas, () => {
        for (const series of visible(current())) if (series.band) drawBand(canvas, series);
        drawLines(canvas, current().spec.lines);
        for (const series of visible(current())) if (series.form === 'curve') drawCurve(canvas, series);
        for (const series of visible(current())) if (series.whiskers) drawWhiskers(canvas, series);
      });
    },
    afterDatasetsDraw(chart) {
      const canvas = on(chart);
      drawVerticalLabels(canvas, current().spec.lines);
      drawHorizontalLabels(canvas, current().spec.lines, visible(current()));
      drawEndLabels(canvas, visible(current()));
    },
  };
}

function clipped({ context, area }: Canvas, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(area.left, area.top, area.width, area.height);
  context.clip();
  draw();
  context.restore();
}

const colourOf = (theme: ChartTheme, series: Series): string => theme.series[series.slot % theme.series.length] ?? theme.text;

const bounded = (point: Point): point is Point & { low: number; high: number } =>
  Number.isFinite(point.low ?? NaN) && Number.isFinite(point.high ?? NaN);

function drawBand({ context, theme, x, y }: Canvas, series: Series): void {
  const points = series.points.filter(bounded);
  const [first] = points;
  if (!first) return;
  context.beginPath();
  points.forEach((point, i) => (i === 0 ? context.moveTo(x(point.x), y(point.high)) : context.lineTo(x(point.x), y(point.high))));
  [...points].reverse().forEach((point) => context.lineTo(x(point.x), y(point.low)));
  context.closePath();
  context.fillStyle = withAlpha(colourOf(theme, series), theme.strong ? 0.28 : 0.16);
  context.fill();
  if (theme.strong) {
    context.strokeStyle = colourOf(theme, series);
    context.lineWidth = 1;
    context.setLineDash([]);
    context.stroke();
  }
}

function drawCurve({ context, theme, x, y }: Canvas, series: Series): void {
  context.beginPath();
  series.points.forEach((point, i) => (i === 0 ? context.moveTo(x(point.x), y(point.y)) : context.lineTo(x(point.x), y(point.y))));
  context.strokeStyle = colourOf(theme, series);
  context.lineWidth = theme.strong ? 3.5 : 2.5;
  context.setLineDash([...slotStyle(series.slot).dash]);
  context.stroke();
  context.setLineDash([]);
}

function drawWhiskers({ context, theme, x, y }: Canvas, series: Series): void {
  context.strokeStyle = withAlpha(colourOf(theme, series), theme.strong ? 0.9 : 0.45);
  context.lineWidth = theme.strong ? 1.5 : 1;
  context.setLineDash([]);
  context.beginPath();
  for (const point of series.points.filter(bounded)) {
    context.moveTo(x(point.x), y(point.low));
    context.lineTo(x(point.x), y(point.high));
  }
  context.stroke();
}

const toneOf = (theme: ChartTheme, line: ReferenceLine): string => (line.tone === 'limit' ? theme.limit : theme.quiet);

function drawLines({ context, area, theme, x, y }: Canvas, lines: readonly ReferenceLine[]): void {
  for (const line of lines) {
    context.beginPath();
    if (line.axis === 'x') {
      context.moveTo(x(line.value), area.top);
      context.lineTo(x(line.value), area.bottom);
    } else {
      context.moveTo(area.left, y(line.value));
      context.lineTo(area.right, y(line.value));
    }
    context.strokeStyle = toneOf(theme, line);
    context.lineWidth = theme.strong ? 2 : 1.25;
    context.setLineDash(line.tone === 'limit' ? [10, 4] : [3, 4]);
    context.stroke();
  }
  context.setLineDash([]);
}

/** Labels of vertical lines stand below each other, so that neighbouring lines stay legible. */
function drawVerticalLabels(canvas: Canvas, lines: readonly ReferenceLine[]): void {
  const { area, theme, x } = canvas;
  const row = theme.fontSize + 4;
  const vertical = lines.filter((line) => line.axis === 'x').sort((a, b) => a.value - b.value);
  vertical.forEach((line, i) => {
    const left = x(line.value) + 5;
    write(canvas, line.label, { x: left, y: area.top + 2 + i * row, colour: labelTone(theme, line), baseline: 'top', flip: x(line.value) - 5 });
  });
}

/** At the end of the line where the data is further away. */
function drawHorizontalLabels(canvas: Canvas, lines: readonly ReferenceLine[], series: readonly Series[]): void {
  const { area, theme, x, y } = canvas;
  const points = series.flatMap((one) => one.points.map((point) => ({ x: x(point.x), y: y(point.y) })));
  for (const line of lines.filter((one) => one.axis === 'y' && one.label !== '')) {
    const at = y(line.value);
    const above = at - theme.fontSize - 4 > area.top;
    const room = (from: number, to: number): number => Math.min(Infinity, ...points.filter((point) => point.x >= from && point.x <= to).map((point) => Math.abs(point.y - at)));
    const third = area.width / 3;
    const right = room(area.right - third, area.right) > room(area.left, area.left + third);
    const placement = { y: at + (above ? -3 : 3), colour: labelTone(theme, line), baseline: above ? ('bottom' as const) : ('top' as const) };
    write(canvas, line.label, right ? { ...placement, x: area.right, flip: area.right - 6 } : { ...placement, x: area.left + 6 });
  }
}

/** Text needs more contrast than a line does. */
const labelTone = (theme: ChartTheme, line: ReferenceLine): string => (line.tone === 'limit' ? theme.text : theme.quiet);

interface Placement {
  readonly x: number;
  readonly y: number;
  readonly colour: string;
  readonly baseline: CanvasTextBaseline;
  /** Where the text ends instead, if it would leave the plot on the right. */
  readonly flip?: number;
}

/** Text with a halo of the background, so that it can be read across lines. */
function write({ context, theme, area }: Canvas, text: string, { x, y, colour, baseline, flip }: Placement): void {
  context.save();
  context.font = `${theme.fontSize}px ${theme.font}`;
  const flipped = flip !== undefined && x + context.measureText(text).width > area.right;
  context.textAlign = flipped ? 'right' : 'left';
  context.textBaseline = baseline;
  context.lineJoin = 'round';
  context.lineWidth = 4;
  context.strokeStyle = theme.background;
  context.strokeText(text, flipped ? flip : x, y);
  context.fillStyle = colour;
  context.fillText(text, flipped ? flip : x, y);
  context.restore();
}

function drawEndLabels(canvas: Canvas, series: readonly Series[]): void {
  const { theme, x, y } = canvas;
  const labels = series.flatMap((one) => {
    const last = one.points.at(-1);
    return one.endLabel && last ? [{ text: one.endLabel, x: x(last.x) + 8, y: y(last.y), colour: theme.text }] : [];
  });
  const row = theme.fontSize + 3;
  spread(labels.map((label) => label.y), row).forEach((at, i) => {
    const label = labels[i];
    if (label) write(canvas, label.text, { ...label, y: at, baseline: 'middle' });
  });
}

/** Pushes positions apart until each is `gap` from the next, keeping their order; the result is in the given order. */
export function spread(positions: readonly number[], gap: number): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => (positions[a] ?? 0) - (positions[b] ?? 0));
  const placed = [...positions];
  order.forEach((index, rank) => {
    const previous = order[rank - 1];
    if (previous !== undefined) placed[index] = Math.max(placed[index] ?? 0, (placed[previous] ?? 0) + gap);
  });
  return placed;
}
