/** Runs equal in configuration but for the seed, as one line: a mean with a band and the count. Nothing is sampled away. */
import { METRIC_NAMES, type MetricName, type Unit } from '../run/metrics';
import type { Run, Sampling } from '../run/types';
import { tQuantile95 } from '../statistics/quantiles';
import { flatten } from './flatten';

export interface GroupValue {
  readonly mean: number;
  /** 95% interval of the mean over seeds, by Student's t; absent with one seed. */
  readonly low?: number;
  readonly high?: number;
  /** Runs that have this metric at this step. */
  readonly n: number;
  readonly unit: Unit;
}

export interface GroupCheckpoint {
  readonly step: number;
  readonly metrics: Partial<Record<MetricName, GroupValue>>;
}

export interface SeedGroup {
  /** The configuration without its seed, as text; equal for equal groups. */
  readonly key: string;
  readonly name: string;
  readonly arm: string;
  readonly sampling: Sampling;
  readonly runs: readonly Run[];
  readonly seeds: readonly number[];
  /** Every step that any run of the group has. */
  readonly checkpoints: readonly GroupCheckpoint[];
}

/** In order of appearance. */
export function seedGroups(runs: readonly Run[]): SeedGroup[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = groupKey(run);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups].map(([key, members]) => makeGroup(key, members));
}

/** Order of keys aside; a run without a seed is no repetition of anything. */
function groupKey(run: Run): string {
  if (run.seed === undefined) return `run ${run.path}`;
  const settings = [...flatten({ ...run.config, seed: undefined })].filter(([path]) => path !== 'seed');
  return JSON.stringify([run.source, run.experiment, run.arm, settings.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function makeGroup(key: string, runs: readonly Run[]): SeedGroup {
  const [first] = runs;
  const steps = [...new Set(runs.flatMap(({ checkpoints }) => checkpoints.map(({ step }) => step)))].sort((a, b) => a - b);
  return {
    key,
    // Of our own names, `online-b0.1-s1` without its seed.
    name: runs.length === 1 ? (first?.name ?? '') : (first?.name ?? '').replace(/-s\d+$/, ''),
    arm: first?.arm ?? '',
    sampling: first?.sampling ?? 'unknown',
    runs,
    seeds: runs.flatMap(({ seed }) => seed ?? []),
    checkpoints: steps.map((step) => ({ step, metrics: groupMetrics(runs, step) })),
  };
}

function groupMetrics(runs: readonly Run[], step: number): GroupCheckpoint['metrics'] {
  const checkpoints = runs.flatMap((run) => run.checkpoints.filter((checkpoint) => checkpoint.step === step));
  const entries = METRIC_NAMES.flatMap((metric): [MetricName, GroupValue][] => {
    const estimates = checkpoints.flatMap(({ metrics }) => metrics[metric] ?? []);
    const [first] = estimates;
    return first === undefined ? [] : [[metric, { ...meanWithBand(estimates.map(({ value }) => value)), unit: first.unit }]];
  });
  return Object.fromEntries(entries);
}

function meanWithBand(values: readonly number[]): Omit<GroupValue, 'unit'> {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, n };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = tQuantile95(n - 1) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half, n };
}
