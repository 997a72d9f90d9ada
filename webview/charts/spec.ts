/** What a chart shows, as plain data: the view-models make it, tests read it, `ChartView` draws it. */
import type { MetricName } from '../../src/core/run/metrics';

export interface Axis {
  readonly label: string;
  /** Shorter, for speaking of a point; `label` unless given. */
  readonly name?: string;
  /** `sqrt`: positions in √x, labels in x. */
  readonly scale: 'linear' | 'sqrt';
  readonly format: (value: number) => string;
  /** Shorter, for the axis; `format` unless given. */
  readonly tick?: (value: number) => string;
  /** Wished bounds; data outside widens them. */
  readonly min?: number;
  readonly max?: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
  /** 95% interval of y. */
  readonly low?: number;
  readonly high?: number;
  /** Which measured number this is, so that it can be found again in `show --json`. */
  readonly source?: { readonly run: string; readonly step: number; readonly metric: MetricName };
}

/** `line`: joined markers; `points`: markers alone; `curve`: a fitted line, which the point cursor passes by. */
export type SeriesForm = 'line' | 'points' | 'curve';

export interface Series {
  readonly key: string;
  readonly label: string;
  /** Colour, dash and marker together; see theme.ts. */
  readonly slot: number;
  readonly form: SeriesForm;
  /** Single seeds behind their mean. */
  readonly faint?: boolean;
  /** Draw `low`…`high` as a filled band, or as one whisker a point. */
  readonly band?: boolean;
  readonly whiskers?: boolean;
  /** False: the line alone. */
  readonly markers?: boolean;
  /** Written at the line's end. */
  readonly endLabel?: string;
  /** Series of one legend entry are shown and hidden together. */
  readonly legend: string;
  readonly points: readonly Point[];
}

export interface ReferenceLine {
  readonly axis: 'x' | 'y';
  readonly value: number;
  readonly label: string;
  readonly tone: 'quiet' | 'limit';
}

export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  /** Spoken, and shown under the title unless `spokenOnly`: what is drawn, over what. */
  readonly description: string;
  readonly spokenOnly?: boolean;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly lines: readonly ReferenceLine[];
  /** In place of the picture, when there is nothing to draw: why, and what would be needed. */
  readonly empty?: string;
  /** Room for the labels at the lines' ends, in letters: charts above each other must agree on it. */
  readonly endRoom?: number;
  /** Limits and caveats, shown below. */
  readonly notes: readonly string[];
}

export const legendEntries = (spec: ChartSpec): { readonly name: string; readonly slot: number; readonly form: SeriesForm }[] => {
  const entries = new Map<string, { name: string; slot: number; form: SeriesForm }>();
  for (const { legend, slot, form } of spec.series) if (!entries.has(legend)) entries.set(legend, { name: legend, slot, form });
  return [...entries.values()];
};

/** A series too long to draw, reduced to every 2ᵏ-th point and the last: bins stay put while a run grows (no shimmer). */
export function thin(points: readonly Point[], limit = 500): { readonly points: readonly Point[]; readonly every: number } {
  let every = 1;
  while (points.length / every > limit) every *= 2;
  return { points: every === 1 ? points : points.filter((_, i) => i % every === 0 || i === points.length - 1), every };
}
