/** Runs that differ only in their seed, as one line with a band. */
import type { MetricName } from '../run/metrics';
import type { Run } from '../run/types';
import type { ChartPoint, Series } from './chart';
import { armNames } from './picture';

export interface RunGroup {
  readonly label: string;
  /** The arm's place in the palette; groups of one arm share it. */
  readonly style: number;
  readonly runs: readonly Run[];
}

/** Groups in order of first appearance. β and learning rate are named only where an arm has several. */
export function runGroups(runs: readonly Run[]): RunGroup[] {
  return armNames(runs).flatMap((arm, style) => {
    const members = runs.filter((run) => run.arm === arm);
    const several = (key: (run: Run) => unknown) => new Set(members.map(key)).size > 1;
    const [betas, rates] = [several((run) => run.beta), several((run) => run.config.learningRate)];
    const labelOf = (run: Run) => [arm, ...(betas ? [`β${run.beta ?? '?'}`] : []), ...(rates ? [`lr${String(run.config.learningRate)}`] : [])].join(' ');
    return [...new Set(members.map(labelOf))].map((label) => ({ label, style, runs: members.filter((run) => labelOf(run) === label) }));
  });
}

/**
 * Mean over a group's runs at each step, with the lowest and the highest run as the band (three seeds are too few for more).
 * @param scale applied to the value of each run, e.g. division by its budget.
 */
export function groupSeries({ label, style, runs }: RunGroup, metric: MetricName, scale: (value: number, run: Run) => number = (value) => value): Series {
  const bySteps = new Map<number, number[]>();
  for (const run of runs) {
    for (const { step, metrics } of run.checkpoints) {
      const estimate = metrics[metric];
      if (estimate !== undefined) bySteps.set(step, [...(bySteps.get(step) ?? []), scale(estimate.value, run)]);
    }
  }
  const points: ChartPoint[] = [...bySteps].sort(([a], [b]) => a - b).map(([step, values]) => {
    const y = values.reduce((sum, value) => sum + value, 0) / values.length;
    const note = `${label}, step ${step}, ${values.length} ${values.length === 1 ? 'run' : 'runs'}`;
    return values.length > 1 ? { x: step, y, low: Math.min(...values), high: Math.max(...values), note } : { x: step, y, note };
  });
  return { label, style, points: points.map(({ x, y, note }) => ({ x, y, note })), line: points };
}
