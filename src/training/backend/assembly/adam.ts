// Adam (Kingma & Ba 2015) with decoupled weight decay; see optimiser/adam.ts.
import { laneSum, multiplyAdd } from './lanes';

/** Σ x²: lanes in single precision over stretches of 4,096, stretches in double. */
export function sumOfSquares(x: usize, count: i32): f64 {
  let total: f64 = 0;
  let i = 0;
  while (i + 4 <= count) {
    let sum = f32x4.splat(0);
    for (const end = min(count, i + 4096); i + 4 <= end; i += 4) {
      const v = v128.load(x + (<usize>i << 2));
      sum = multiplyAdd(v, v, sum);
    }
    total += <f64>laneSum(sum);
  }
  for (; i < count; i++) {
    const v = load<f32>(x + (<usize>i << 2));
    total += <f64>(v * v);
  }
  return total;
}

/**
 * From weights w, gradient g and moments m, v to the new ones, all [count]; the gradient is scaled first. `rate` and `epsilon`
 * hold the bias corrections: w' = w − rate·m'/(√v' + epsilon) − decay·w.
 */
export function adam(w: usize, g: usize, m: usize, v: usize, count: i32, scale: f32, beta1: f32, beta2: f32, rate: f32, epsilon: f32, decay: f32, wOut: usize, mOut: usize, vOut: usize): void {
  const b1 = f32x4.splat(beta1);
  const c1 = f32x4.splat(1 - beta1);
  const b2 = f32x4.splat(beta2);
  const c2 = f32x4.splat(1 - beta2);
  const factor = f32x4.splat(scale);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = <usize>i << 2;
    const gradient = f32x4.mul(v128.load(g + at), factor);
    const first = multiplyAdd(v128.load(m + at), b1, f32x4.mul(gradient, c1));
    const second = multiplyAdd(v128.load(v + at), b2, f32x4.mul(f32x4.mul(gradient, gradient), c2));
    const value = v128.load(w + at);
    const step = f32x4.div(f32x4.mul(first, f32x4.splat(rate)), f32x4.add(f32x4.sqrt(second), f32x4.splat(epsilon)));
    v128.store(mOut + at, first);
    v128.store(vOut + at, second);
    v128.store(wOut + at, f32x4.sub(f32x4.sub(value, step), f32x4.mul(value, f32x4.splat(decay))));
  }
  for (; i < count; i++) {
    const at = <usize>i << 2;
    const gradient = load<f32>(g + at) * scale;
    const first = beta1 * load<f32>(m + at) + (1 - beta1) * gradient;
    const second = beta2 * load<f32>(v + at) + (1 - beta2) * gradient * gradient;
    const value = load<f32>(w + at);
    store<f32>(mOut + at, first);
    store<f32>(vOut + at, second);
    store<f32>(wOut + at, value - (rate * first) / (Mathf.sqrt(second) + epsilon) - decay * value);
  }
}
