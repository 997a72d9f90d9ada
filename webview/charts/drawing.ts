/** What one picture is made of. */
import type { ChartSpec, Series } from './spec';
import type { ChartTheme } from './theme';

export interface Drawing {
  readonly spec: ChartSpec;
  readonly theme: ChartTheme;
  /** Legend entries that the reader switched off. */
  readonly hidden: ReadonlySet<string>;
}

export const visible = ({ spec, hidden }: Drawing): Series[] => spec.series.filter((series) => !hidden.has(series.legend));

/** Series that are chart.js datasets, in their order: chart.js draws the last one first, so single seeds come last. */
export const drawnSeries = (drawing: Drawing): Series[] =>
  visible(drawing)
    .filter((series) => series.form !== 'curve')
    .sort((a, b) => Number(a.faint ?? false) - Number(b.faint ?? false));
