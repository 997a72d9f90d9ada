/** Normalisation in double precision: LayerNorm where there is a bias, else RMSNorm. */

export interface NormWeights {
  readonly gain: ArrayLike<number>;
  readonly bias?: ArrayLike<number>;
}

/** y of x [rows, width], width = gain's length. */
export function norm(x: ArrayLike<number>, { gain, bias }: NormWeights, epsilon: number): Float64Array {
  const width = gain.length;
  const y = new Float64Array(x.length);
  for (let from = 0; from < x.length; from += width) {
    const row = Array.from({ length: width }, (_, i) => x[from + i]!);
    const mean = bias ? meanOf(row) : 0;
    const deviation = Math.sqrt(meanOf(row.map((value) => (value - mean) ** 2)) + epsilon);
    row.forEach((value, i) => (y[from + i] = (gain[i]! * (value - mean)) / deviation + (bias?.[i] ?? 0)));
  }
  return y;
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
