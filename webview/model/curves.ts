/** What other trainers log at each step and our own runs do not turn on: KL, loss, rewards, lengths, over steps. */
import { klNotes } from '../../src/core/run/comparable';
import { formatNumber } from '../../src/core/protocol';
import { METRICS, type MetricName } from '../../src/core/run/metrics';
import type { ChartSpec } from '../charts/spec';
import { stepAxis } from './accuracy';
import type { Group } from './groups';
import { bandNote, groupSeries, metricReading } from './series';

/** What says most of an alignment run first. */
const CURVES: readonly MetricName[] = [
  'kl', 'klPerToken', 'proxyReward', 'rewardMargin', 'trainRewardMargin', 'loss', 'heldOutLoss', 'responseLength', 'truncated', 'entropy', 'entropyPerToken',
];
const MOST_CURVES = 8;

/** One chart a metric that a run holds at two steps at least: one point is no curve. */
export function curveSpecs(groups: readonly Group[]): ChartSpec[] {
  const foreign = groups.filter(({ runs }) => runs.some(({ source }) => source !== 'alignment-gap'));
  return CURVES.flatMap((metric) => curveSpec(foreign, metric) ?? []).slice(0, MOST_CURVES);
}

function curveSpec(groups: readonly Group[], metric: MetricName): ChartSpec | undefined {
  const parts = groups.map((group) => groupSeries(group, metricReading(metric), { seeds: true }));
  const series = parts.flatMap((part) => part.series);
  if (!series.some(({ points }) => points.length > 1)) return undefined;
  const { label, unit, description } = METRICS[metric];
  return {
    id: `curve/${metric}`,
    title: label,
    description: `${description}.`,
    x: stepAxis,
    y: { label: unit === 'none' ? label : `${label} (${unit})`, scale: 'linear', format: (value) => formatNumber(value, unit) },
    series,
    lines: [],
    notes: [...bandNote(groups, true), ...(metric === 'kl' ? klNotes(groups.flatMap(({ runs }) => runs)) : []), ...parts.flatMap((part) => part.notes)],
  };
}
