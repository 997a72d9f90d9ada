/** Whether two runs are one and the same, as an online run and its ordered replay must be (Tang et al. 2024, App. F), and from where on not. */
import { METRIC_NAMES, type MetricName } from '../run/metrics';
import type { Run } from '../run/types';

export interface Divergence {
  readonly step: number;
  readonly metric: MetricName;
  readonly a: number;
  readonly b: number;
  /** |a − b|, in the metric's unit. */
  readonly difference: number;
}

export interface DivergenceReport {
  /** Steps at which both have a checkpoint. */
  readonly steps: readonly number[];
  /** At the first step at which anything differs, what differs most for its size; absent where nothing ever does. */
  readonly first?: Divergence;
  /** Of each metric that differs, where it does so most; in the order of the vocabulary. */
  readonly largest: readonly Divergence[];
}

/** What tells how a run was made and not what it is: a replay spends no labels, and its samples have an age. */
const HOW_IT_WAS_MADE: ReadonlySet<MetricName> = new Set(['samplesLabelled', 'wallTime', 'staleness', 'offPolicyness']);
const COMPARED = METRIC_NAMES.filter((name) => !HOW_IT_WAS_MADE.has(name));

/** Of the checkpoints and metrics that both runs have. */
export function firstDivergence(a: Run, b: Run): DivergenceReport {
  const others = new Map(b.checkpoints.map((checkpoint) => [checkpoint.step, checkpoint]));
  const shared = a.checkpoints.flatMap((checkpoint) => {
    const other = others.get(checkpoint.step);
    return other === undefined ? [] : [{ step: checkpoint.step, a: checkpoint.metrics, b: other.metrics }];
  });
  const found = shared.flatMap(({ step, ...metrics }) =>
    COMPARED.flatMap((metric): Divergence[] => {
      const [ours, theirs] = [metrics.a[metric]?.value, metrics.b[metric]?.value];
      if (ours === undefined || theirs === undefined || ours === theirs) return [];
      return [{ step, metric, a: ours, b: theirs, difference: Math.abs(ours - theirs) }];
    }),
  );
  const first = most(found.filter(({ step }) => step === found[0]?.step), ({ a: x, b: y, difference }) => difference / Math.max(Math.abs(x), Math.abs(y)));
  return {
    steps: shared.map(({ step }) => step),
    ...(first === undefined ? {} : { first }),
    largest: COMPARED.flatMap((metric) => most(found.filter((one) => one.metric === metric), ({ difference }) => difference) ?? []),
  };
}

/** The first of those for which `size` is largest. */
function most<T>(values: readonly T[], size: (value: T) => number): T | undefined {
  return values.reduce<T | undefined>((best, value) => (best === undefined || size(value) > size(best) ? value : best), undefined);
}
