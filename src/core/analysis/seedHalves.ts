/**
 * How much of the spread between seeds is the seeds' own. On finitely many prompts seeds differ by luck too, and that luck is
 * already in the bootstrap over prompts: counted twice, intervals were up to half too wide (two identical arms of three seeds
 * and 128 prompts: zero was held in 99.5% of the simulations in place of 95%). Luck on one half of the prompts has nothing
 * to do with luck on the other, so the covariance of the seeds' deviations on two halves is their own variance alone, as in
 * the two-way analysis of variance with random effects, where V = (MS_prompts + MS_seeds − MS_residual)/n.
 *
 * Deviations are those of answers with one seed left out (jackknife), so that they hold for fitted curves too.
 */
export class SeedHalves {
  private readonly firsts: Float64Array[][] = [];
  private readonly seconds: Float64Array[][] = [];
  private readonly onAll: Float64Array[];

  /** @param width answers a row */
  constructor(private readonly seeds: number, private readonly width: number) {
    this.onAll = this.rows();
  }

  /** Rows to be filled: answers on a half of the prompts, one row a seed left out. None for a single seed. */
  first(): readonly Float64Array[] {
    return this.kept(this.firsts);
  }

  second(): readonly Float64Array[] {
    return this.kept(this.seconds);
  }

  whole(): readonly Float64Array[] {
    return this.onAll;
  }

  /** Of the mean of answers `indices`; 0 to 1. */
  share(indices: readonly number[]): number {
    const total = this.product(this.onAll, this.onAll, indices);
    if (!(total > 0)) return 1;
    const own = this.firsts.reduce((sum, rows, h) => sum + this.product(rows, this.seconds[h] ?? [], indices), 0) / this.firsts.length;
    return Number.isNaN(own) ? 1 : Math.min(1, Math.max(0, own / total));
  }

  private product(a: readonly Float64Array[], b: readonly Float64Array[], indices: readonly number[]): number {
    const [ofA, ofB] = [deviations(a, indices), deviations(b, indices)];
    return ofA.reduce((sum, value, i) => sum + value * (ofB[i] ?? NaN), 0);
  }

  private kept(into: Float64Array[][]): Float64Array[] {
    const rows = this.rows();
    into.push(rows);
    return rows;
  }

  private rows(): Float64Array[] {
    return this.seeds < 2 ? [] : Array.from({ length: this.seeds }, () => new Float64Array(this.width));
  }
}

function deviations(rows: readonly Float64Array[], indices: readonly number[]): number[] {
  const values = rows.map((row) => indices.reduce((sum, index) => sum + (row[index] ?? NaN), 0));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}
