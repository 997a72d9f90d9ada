/**
 * Statistics of one arm, observed and resampled: the fitted curve and the attainable win rate on given KLs.
 *
 * A resample is the sum of two independent parts. *Prompts*: the answers on drawn prompts, with all seeds. *Seeds*: how the
 * answers on the observed prompts move when seeds are drawn, widened by √(n/(n−1))·t/z (`seedWidening`): with three seeds
 * a plain bootstrap claims a spread a fifth too small and takes the normal's tails for Student's (Hesterberg 2015, "What
 * teachers should know about the bootstrap"). What a seed does on these prompts alone enters both parts; `seedShare` takes
 * it out of the second.
 *
 * Nothing is extrapolated in a resample either: where the seeds drawn do not reach a KL, as in a study half done, that
 * resample has no answer there.
 */
import type { RandomStream } from '../random';
import { Z95 } from '../statistics/intervals';
import { tQuantile95 } from '../statistics/quantiles';
import type { Arm } from './arms';
import { clusterMean, emptyTable, fillAttainable, pointsByCluster, type AttainableTable } from './attainable';
import { clusterEquations, fitCurve, rowAt, valueOf, type ClusterEquations, type CurveModel } from './curve';
import type { PointMeans } from './prompts';
import { SeedHalves } from './seedHalves';

/** Where an arm is asked for: the fit at `fit`, the attainable at `limits` (both ascending, nats). */
export interface Questions {
  readonly fit: readonly number[];
  readonly limits: readonly number[];
}

/** Seeds of one setting end at KLs that differ by some percent: to that degree a curve may be read beyond its last point. */
const REACH_SLACK = 1.25;

export class ArmBootstrap {
  /** Fit answers, then attainable answers. */
  readonly width: number;
  readonly observed: Float64Array;
  private readonly rows: readonly Float64Array[];
  private readonly clusters: readonly (readonly number[])[];
  private readonly all: Float64Array;
  /** Largest KL of each cluster, nats. */
  private readonly reach: Float64Array;
  /** On the observed prompts: the tables, averaged over halvings, and the equations. */
  private readonly observedTable: AttainableTable;
  private observedEquations: ClusterEquations | undefined;
  private readonly drawnTable: AttainableTable;
  private readonly halves: SeedHalves;
  private readonly promptPart: Float64Array;
  private readonly seedPart: Float64Array;

  constructor(
    readonly arm: Arm,
    private readonly model: CurveModel | undefined,
    private readonly questions: Questions,
    private readonly resamples: number,
  ) {
    this.width = questions.fit.length + questions.limits.length;
    this.rows = model ? questions.fit.map((kl) => rowAt(model, kl)) : [];
    this.clusters = pointsByCluster(arm);
    this.all = new Float64Array(arm.clusters).fill(1);
    this.reach = Float64Array.from(this.clusters, (indices) => arm.points[indices.at(-1) ?? -1]?.kl ?? 0);
    this.observed = new Float64Array(this.width);
    this.observedTable = emptyTable(arm, questions.limits.length);
    this.drawnTable = emptyTable(arm, questions.limits.length);
    this.halves = new SeedHalves(arm.clusters, this.width);
    this.promptPart = new Float64Array(resamples * this.width);
    this.seedPart = new Float64Array(resamples * this.width);
  }

  /** Takes in one of several halvings of the observed prompts. */
  observe(means: PointMeans, share: number): void {
    fillAttainable(this.arm, this.clusters, means, this.questions.limits, this.drawnTable);
    for (const key of ['winRate', 'kl'] as const) {
      this.drawnTable[key].forEach((value, i) => { this.observedTable[key][i] = (this.observedTable[key][i] ?? 0) + share * value; });
    }
    this.observedEquations = this.equations(means.kl, means.win);
    this.answer(this.observedEquations, this.observedTable.winRate, this.all, this.observed);
    const { winRate, first } = this.drawnTable;
    this.leaveEachSeedOut(this.equations(means.kl, means.a), first, this.halves.first());
    this.leaveEachSeedOut(this.equations(means.kl, means.b), winRate.map((both, i) => 2 * both - (first[i] ?? NaN)), this.halves.second());
  }

  /** After the last `observe`: the share of the seeds' spread, in the mean of these answers, that is not noise of the prompts. */
  seedShare(indices: readonly number[]): number {
    this.leaveEachSeedOut(this.observedEquations, this.observedTable.winRate, this.halves.whole());
    return this.halves.share(indices);
  }

  /** After `observe`: draws seeds, and records resample `b` with the means of drawn prompts. */
  record(b: number, means: PointMeans, random: RandomStream): void {
    fillAttainable(this.arm, this.clusters, means, this.questions.limits, this.drawnTable);
    this.answer(this.equations(means.kl, means.win), this.drawnTable.winRate, this.all, this.promptPart.subarray(b * this.width, (b + 1) * this.width));
    const weights = new Float64Array(this.arm.clusters);
    for (let i = 0; i < weights.length; i += 1) {
      const drawn = random.integer(weights.length);
      weights[drawn] = (weights[drawn] ?? 0) + 1;
    }
    const seedPart = this.seedPart.subarray(b * this.width, (b + 1) * this.width);
    this.answer(this.observedEquations, this.observedTable.winRate, weights, seedPart);
    for (let i = 0; i < this.width; i += 1) seedPart[i] = (seedPart[i] ?? 0) - (this.observed[i] ?? 0);
  }

  /** Mean KL of the checkpoints chosen within limit `l`. */
  chosenKl(l: number): number {
    return clusterMean(this.observedTable.kl, l, this.questions.limits.length, this.all);
  }

  /** Resampled values of answer `index`, the seeds' part widened. */
  resampled(index: number, widening: number): Float64Array {
    const values = new Float64Array(this.resamples);
    for (let b = 0; b < this.resamples; b += 1) {
      const at = b * this.width + index;
      values[b] = (this.promptPart[at] ?? NaN) + widening * (this.seedPart[at] ?? NaN);
    }
    return values;
  }

  private equations(kl: Float64Array, winRate: Float64Array): ClusterEquations | undefined {
    return this.model && clusterEquations(this.model, this.arm, kl, winRate);
  }

  /** One row of answers a seed left out. */
  private leaveEachSeedOut(equations: ClusterEquations | undefined, table: Float64Array, rows: readonly Float64Array[]): void {
    rows.forEach((row, left) => { this.answer(equations, table, this.all.map((_, cluster) => Number(cluster !== left)), row); });
  }

  /** @param table attainable win rates by cluster and limit */
  private answer(equations: ClusterEquations | undefined, table: Float64Array, weights: Float64Array, into: Float64Array): void {
    const { fit, limits } = this.questions;
    const curve = this.model && equations && fitCurve(this.model, equations, weights);
    let reach = 0;
    for (let cluster = 0; cluster < weights.length; cluster += 1) if ((weights[cluster] ?? 0) > 0) reach = Math.max(reach, REACH_SLACK * (this.reach[cluster] ?? 0));
    for (let i = 0; i < fit.length; i += 1) {
      const row = this.rows[i];
      into[i] = curve && row && (fit[i] ?? 0) <= reach ? valueOf(curve, row) : NaN;
    }
    for (let l = 0; l < limits.length; l += 1) into[fit.length + l] = clusterMean(table, l, limits.length, weights);
  }
}

/**
 * How much the seeds' part of an arm of `clusters` seeds is widened: for its own small number, and for the degrees of
 * freedom that all arms of the comparison have together. 0 where a single seed tells nothing of the spread.
 */
export function seedWidening(clusters: number, ofAll: readonly number[]): number {
  const degrees = ofAll.reduce((sum, n) => sum + Math.max(0, n - 1), 0);
  return clusters < 2 ? 0 : Math.sqrt(clusters / (clusters - 1)) * (tQuantile95(degrees) / Z95);
}
