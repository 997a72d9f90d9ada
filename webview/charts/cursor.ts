/** The keyboard's point cursor: where it is and where a key takes it. Pure. */
import type { ChartSpec, Series } from './spec';

export interface Cursor {
  readonly series: string;
  readonly index: number;
}

/** Fitted curves are left out: their points are not measurements. Means come before single seeds. */
export const navigable = (spec: ChartSpec, hidden: ReadonlySet<string>): Series[] =>
  spec.series
    .filter((series) => series.form !== 'curve' && series.points.length > 0 && !hidden.has(series.legend))
    .sort((a, b) => Number(a.faint ?? false) - Number(b.faint ?? false));

/** The cursor after a key, or undefined for a key that is not ours. The first key press lands on the first point. */
export function moveCursor(series: readonly Series[], cursor: Cursor | undefined, key: string): Cursor | undefined {
  const at = Math.max(0, series.findIndex((one) => one.key === cursor?.series));
  const current = series[at];
  if (!current) return undefined;
  const index = cursor?.series === current.key ? Math.min(cursor.index, current.points.length - 1) : -1;
  const to = (next: number): Cursor => ({ series: current.key, index: Math.max(0, Math.min(current.points.length - 1, next)) });
  const across = (step: number): Cursor => {
    const other = series[(at + step + series.length) % series.length] ?? current;
    return { series: other.key, index: nearestIndex(other, current.points[Math.max(0, index)]?.x ?? 0) };
  };
  switch (key) {
    case 'ArrowRight': return to(index + 1);
    case 'ArrowLeft': return to(index - 1);
    case 'Home': return to(0);
    case 'End': return to(current.points.length - 1);
    case 'ArrowDown': return cursor ? across(1) : to(0);
    case 'ArrowUp': return cursor ? across(-1) : to(0);
    default: return undefined;
  }
}

export function nearestIndex(series: Series, x: number): number {
  let best = 0;
  series.points.forEach((point, i) => {
    if (Math.abs(point.x - x) < Math.abs((series.points[best]?.x ?? Infinity) - x)) best = i;
  });
  return best;
}

/** For the live region and the tooltip: what the point is, in one line. */
export function describePoint(spec: ChartSpec, cursor: Cursor): string | undefined {
  const series = spec.series.find((one) => one.key === cursor.series);
  const point = series?.points[cursor.index];
  if (!series || !point) return undefined;
  const interval = point.low === undefined || point.high === undefined ? '' : ` ${intervalText(spec, point.low, point.high)}`;
  const step = point.source && spec.x.label !== 'Step' ? `, step ${point.source.step}` : '';
  return `${series.label}: ${spec.y.label} ${spec.y.format(point.y)}${interval} at ${spec.x.name ?? spec.x.label} ${spec.x.format(point.x)}${step}`;
}

const intervalText = (spec: ChartSpec, low: number, high: number): string => `[${spec.y.format(low)}, ${spec.y.format(high)}]`;
