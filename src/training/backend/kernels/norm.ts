/** RMSNorm over rows of `width` values; see policy/norm.ts for the formula. */

/** Keeps a row of zeros finite; the same for every model and backend. */
export const NORM_EPSILON = 1e-6;

/** Writes y [n, width] and the inverse root mean squares [n]. */
export function rmsNormForward(x: Float32Array, gain: Float32Array, epsilon: number, y: Float32Array, inverse: Float32Array): void {
  const width = gain.length;
  for (let row = 0, at = 0; row < inverse.length; row += 1, at += width) {
    let sum = 0;
    for (let i = 0; i < width; i += 1) sum += x[at + i]! * x[at + i]!;
    const scale = 1 / Math.sqrt(sum / width + epsilon);
    inverse[row] = scale;
    for (let i = 0; i < width; i += 1) y[at + i] = x[at + i]! * scale * gain[i]!;
  }
}

export interface NormGradient {
  readonly dy: Float32Array;
  readonly x: Float32Array;
  readonly gain: Float32Array;
  readonly inverse: Float32Array;
}

/** dx = r·(g∘dy − x̂·mean(g∘dy∘x̂)) and dgain = Σ_rows dy∘x̂, where x̂ = r·x. */
export function rmsNormBackward({ dy, x, gain, inverse }: NormGradient, dx: Float32Array, dgain: Float32Array): void {
  const width = gain.length;
  const gainSum = new Float64Array(width);
  for (let row = 0, at = 0; row < inverse.length; row += 1, at += width) {
    const scale = inverse[row]!;
    let projection = 0;
    for (let i = 0; i < width; i += 1) {
      const along = dy[at + i]! * x[at + i]! * scale;
      gainSum[i] = gainSum[i]! + along;
      projection += along * gain[i]!;
    }
    const shrink = (projection / width) * scale;
    for (let i = 0; i < width; i += 1) dx[at + i] = scale * (dy[at + i]! * gain[i]! - x[at + i]! * shrink);
  }
  dgain.set(gainSum);
}
