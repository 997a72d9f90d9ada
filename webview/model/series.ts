/** From groups to lines over steps: the mean with its band in front, single seeds faint behind. */
import type { PanelCheckpoint, PanelRun } from '../../src/core/protocol';
import type { MetricName } from '../../src/core/run/metrics';
import { tQuantile95 } from '../../src/core/statistics/quantiles';
import { thin, type Point, type Series } from '../charts/spec';
import { groupBy } from './groupBy';
import { legendOf, type Group } from './groups';

/** A number to draw out of a checkpoint; undefined where the checkpoint does not hold it. */
export interface Reading {
  readonly metric: MetricName;
  readonly read: (checkpoint: PanelCheckpoint, run: PanelRun) => Pick<Point, 'y' | 'low' | 'high'> | undefined;
}

export const metricReading = (metric: MetricName): Reading => ({
  metric,
  read: ({ metrics }) => {
    const estimate = metrics[metric];
    return estimate && { y: estimate.value, low: estimate.low, high: estimate.high };
  },
});

/** Points of one run in order of steps; values that are no finite numbers are left out. */
export function runPoints(run: PanelRun, { metric, read }: Reading): Point[] {
  return run.checkpoints.flatMap((checkpoint) => {
    const value = read(checkpoint, run);
    if (!value || !Number.isFinite(value.y)) return [];
    return [{ x: checkpoint.step, ...value, source: { run: run.id, step: checkpoint.step, metric } }];
  });
}

/** Mean over the runs that have reached a step, with its 95% interval by Student's t, as `seedGroups` of the analysis has it. */
export function meanPoints(runs: readonly (readonly Point[])[]): Point[] {
  const byStep = groupBy(runs.flat(), (point) => point.x);
  return [...byStep.entries()]
    .sort(([a], [b]) => a - b)
    .map(([x, points]) => {
      const values = points.map((point) => point.y);
      return { x, ...meanWithBand(values) };
    });
}

function meanWithBand(values: readonly number[]): Pick<Point, 'y' | 'low' | 'high'> {
  const n = values.length;
  const y = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { y };
  const variance = values.reduce((sum, value) => sum + (value - y) ** 2, 0) / (n - 1);
  const half = tQuantile95(n - 1) * Math.sqrt(variance / n);
  return { y, low: y - half, high: y + half };
}

interface LineStyle {
  readonly slot?: number;
  /** Also draw each seed. */
  readonly seeds: boolean;
  readonly legend?: string;
  readonly endLabel?: string;
}

/** One group as series, and what had to be left out to draw them. */
export function groupSeries(group: Group, reading: Reading, style: LineStyle): { readonly series: Series[]; readonly notes: string[] } {
  const perRun = group.runs.map((run) => ({ run, points: runPoints(run, reading) })).filter(({ points }) => points.length > 0);
  const legend = style.legend ?? legendOf(group);
  const slot = style.slot ?? group.slot;
  const base = { legend, slot, form: 'line' as const };
  const [only] = perRun;
  if (!only) return { series: [], notes: [] };
  const name = style.legend ?? group.label;
  const line = thin(perRun.length === 1 ? only.points : meanPoints(perRun.map(({ points }) => points)));
  const main: Series = {
    ...base,
    key: `${group.key}/${reading.metric}`,
    label: perRun.length === 1 ? name : `${name}, mean of ${perRun.length} seeds`,
    points: line.points,
    band: true,
    ...(style.endLabel === undefined ? {} : { endLabel: style.endLabel }),
  };
  const seeds = perRun.length > 1 && style.seeds
    ? perRun.map(({ run, points }): Series => ({ ...base, key: `${run.id}/${reading.metric}`, label: run.name, faint: true, points: thin(points).points }))
    : [];
  const notes = line.every > 1 ? [`${name}: 1 of every ${line.every} points is drawn; tables and exports hold all of them.`] : [];
  return { series: [main, ...seeds], notes };
}

/** How the bands of a chart are to be read; nothing if there is none. */
export function bandNote(groups: readonly Group[], seeds: boolean): string[] {
  if (groups.every(({ runs }) => runs.length < 2)) return [];
  return [`Line: mean over seeds. Band: 95% interval of the mean (Student's t).${seeds ? ' Faint lines: single seeds.' : ''}`];
}
