/** Classification accuracy per checkpoint, one chart a group: the same four questions of each (Tang et al. 2024, Figs 6 and 8). */
import { formatNumber } from '../../src/core/protocol';
import { METRICS, type MetricName } from '../../src/core/run/metrics';
import type { Axis, ChartSpec } from '../charts/spec';
import { shortFraction } from './gap';
import { legendOf, type Group } from './groups';
import { howToLog } from './logs';
import { bandNote, groupSeries, metricReading } from './series';

const ACCURACIES: readonly { readonly metric: MetricName; readonly label: string }[] = [
  { metric: 'policyAccuracy', label: 'policy, held-out pairs' },
  { metric: 'trainAccuracy', label: 'policy, training pairs' },
  { metric: 'proxyAccuracy', label: 'proxy, held-out pairs' },
  { metric: 'proxyAccuracyOnPolicy', label: "proxy, policy's own samples" },
];

/** Shown once above the charts, spoken with each. */
export const ACCURACY_DESCRIPTION =
  'Share of golden-labelled pairs ordered rightly, per checkpoint: by the policy’s implicit reward log π/π_ref, and by the proxy preference model.';

export const stepAxis: Axis = { label: 'Step', scale: 'linear', format: (value) => String(Math.round(value)), min: 0 };

export function accuracySpecs(groups: readonly Group[]): ChartSpec[] {
  return groups.map((group) => {
    const parts = ACCURACIES.map(({ metric, label }, slot) => groupSeries(group, metricReading(metric), { slot, legend: label, seeds: false }));
    const series = parts.flatMap((part) => part.series);
    const absent = ACCURACIES.filter(({ metric }) => !series.some(({ key }) => key === `${group.key}/${metric}`));
    const title = groups.length > 1 ? `Accuracy of ${legendOf(group)}` : 'Accuracy';
    return {
      id: `accuracy/${group.key}`,
      title,
      description: ACCURACY_DESCRIPTION,
      spokenOnly: true,
      x: stepAxis,
      // One scale for all groups, so that charts side by side can be compared by eye.
      y: { label: 'Accuracy', scale: 'linear', format: (value) => formatNumber(value, 'fraction'), tick: shortFraction, min: 0.4, max: 1 },
      series,
      lines: [{ axis: 'y', value: 0.5, label: 'chance', tone: 'quiet' }],
      ...(series.length === 0 ? { empty: ['No checkpoint of these runs holds an accuracy.', ...howToLog(group.runs, ['policyAccuracy'])].join(' ') } : {}),
      notes: [
        ...bandNote([group], false),
        ...(series.length > 0 && absent.length > 0 ? [`Not in these logs: ${absent.map(({ metric }) => METRICS[metric].label.toLowerCase()).join(', ')}.`] : []),
        ...parts.flatMap((part) => part.notes),
      ],
    };
  });
}
