/** Over-optimisation over the runs of a study: each is tested, so luck has as many chances (Tang et al. 2024; Holm 1979). */
import type { Run } from '../run/types';
import type { BootstrapOptions } from '../statistics/bootstrap';
import { holm } from '../statistics/multiplicity';
import { overOptimisation, type OverOptimisation } from './overoptimisation';

export interface RunOverOptimisation extends OverOptimisation {
  readonly run: string;
  readonly arm: string;
  /** Holm's adjustment of `p` over all runs that could be tested; null where this one could not. */
  readonly adjusted: number | null;
  /** A drop that is evident after the adjustment, while the proxy win rate did not evidently fall. */
  readonly isOverOptimised: boolean;
}

export interface OverOptimisedRuns {
  readonly runs: readonly RunOverOptimisation[];
  readonly tested: number;
  readonly overOptimised: number;
  readonly notes: readonly string[];
}

const LEVEL = 0.05;

export function overOptimisedRuns(runs: readonly Run[], options: BootstrapOptions = {}): OverOptimisedRuns {
  const found = runs.map((run) => ({ run: run.id, arm: run.arm, ...overOptimisation(run, options) }));
  const tested = found.filter(({ p }) => p !== null);
  const adjusted = new Map(holm(tested.map(({ p }) => p ?? 1)).map((p, i) => [tested[i], p]));
  const rows = found.map((one): RunOverOptimisation => {
    const p = adjusted.get(one) ?? null;
    return { ...one, adjusted: p, isOverOptimised: p !== null && p < LEVEL && (one.goldenChange?.value ?? 0) < 0 && (one.proxyChange?.high ?? -1) >= 0 };
  });
  return {
    runs: rows,
    tested: tested.length,
    overOptimised: rows.filter(({ isOverOptimised }) => isOverOptimised).length,
    notes: [
      ...(tested.length < runs.length ? [`${runs.length - tested.length} of ${runs.length} runs have no golden and proxy win rates at the same checkpoints, and are not tested.`] : []),
      ...(tested.length > 1 ? [`${tested.length} runs were tested; p-values are adjusted by Holm's method.`] : []),
      ...[...new Set(found.flatMap(({ p, notes }) => (p === null || p === 1 ? [] : notes)))],
    ],
  };
}
