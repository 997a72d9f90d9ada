/** Adam (Kingma & Ba 2015) with decoupled weight decay (Loshchilov & Hutter 2019) in double precision, as published. */

export interface AdamReference {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly rate: number;
  readonly weightDecay: number;
  /** Of the gradient, by clipping. */
  readonly scale: number;
}

export class ReferenceAdam {
  readonly w: Float64Array;
  readonly m: Float64Array;
  readonly v: Float64Array;
  private steps = 0;

  constructor(weights: ArrayLike<number>) {
    this.w = Float64Array.from(weights);
    this.m = new Float64Array(this.w.length);
    this.v = new Float64Array(this.w.length);
  }

  step(gradient: ArrayLike<number>, { beta1, beta2, epsilon, rate, weightDecay, scale }: AdamReference): void {
    this.steps += 1;
    this.w.forEach((w, i) => {
      const g = scale * gradient[i]!;
      const m = beta1 * this.m[i]! + (1 - beta1) * g;
      const v = beta2 * this.v[i]! + (1 - beta2) * g * g;
      const direction = m / (1 - beta1 ** this.steps) / (Math.sqrt(v / (1 - beta2 ** this.steps)) + epsilon);
      [this.m[i], this.v[i], this.w[i]] = [m, v, w - rate * (direction + weightDecay * w)];
    });
  }
}
