/**
 * Best win rate within a KL. The checkpoint is chosen on one half of the prompts and scored on the other, both ways round:
 * the maximum of noisy values would report luck as skill, more of it for the arm with more checkpoints.
 * Without per-prompt outcomes both halves are the whole, and the bias stays; a note says so.
 */
import type { Arm } from './arms';
import type { PointMeans } from './prompts';

/** Per cluster (seed) and KL limit, row-major; NaN where a cluster has no checkpoint within the limit. */
export interface AttainableTable {
  readonly winRate: Float64Array;
  /** Of the one way round: chosen on the first half, scored on the second. */
  readonly first: Float64Array;
  /** KL of the chosen checkpoints, mean of the two ways round. */
  readonly kl: Float64Array;
}

export const emptyTable = (arm: Arm, limits: number): AttainableTable => ({
  winRate: new Float64Array(arm.clusters * limits),
  first: new Float64Array(arm.clusters * limits),
  kl: new Float64Array(arm.clusters * limits),
});

/** Indices of the points of each cluster, ascending by KL. */
export const pointsByCluster = (arm: Arm): number[][] =>
  Array.from({ length: arm.clusters }, (_, cluster) => arm.points.flatMap((point, i) => (point.cluster === cluster ? [i] : [])));

/** @param limits ascending, in nats */
export function fillAttainable(arm: Arm, clusters: readonly (readonly number[])[], means: PointMeans, limits: readonly number[], table: AttainableTable): void {
  clusters.forEach((indices, cluster) => {
    let next = 0;
    let bestOnA = -1;
    let bestOnB = -1;
    limits.forEach((limit, l) => {
      for (; next < indices.length; next += 1) {
        const i = indices[next] ?? 0;
        if ((arm.points[i]?.kl ?? Infinity) > limit) break;
        if (bestOnA < 0 || (means.a[i] ?? 0) > (means.a[bestOnA] ?? 0)) bestOnA = i;
        if (bestOnB < 0 || (means.b[i] ?? 0) > (means.b[bestOnB] ?? 0)) bestOnB = i;
      }
      const at = cluster * limits.length + l;
      table.first[at] = bestOnA < 0 ? NaN : (means.b[bestOnA] ?? 0);
      table.winRate[at] = bestOnA < 0 ? NaN : ((means.b[bestOnA] ?? 0) + (means.a[bestOnB] ?? 0)) / 2;
      table.kl[at] = bestOnA < 0 ? NaN : ((arm.points[bestOnA]?.kl ?? 0) + (arm.points[bestOnB]?.kl ?? 0)) / 2;
    });
  });
}

/** Mean over clusters, each as often as drawn. @param weights by cluster */
export function clusterMean(values: Float64Array, column: number, columns: number, weights: ArrayLike<number>): number {
  let sum = 0;
  let total = 0;
  for (let cluster = 0; cluster < weights.length; cluster += 1) {
    const weight = weights[cluster] ?? 0;
    const value = values[cluster * columns + column] ?? NaN;
    if (weight > 0 && !Number.isNaN(value)) {
      sum += weight * value;
      total += weight;
    }
  }
  return total > 0 ? sum / total : NaN;
}
