// Normalisation of rows of `width` floats: LayerNorm where there is a bias, else RMSNorm (no centring). See policy/norm.ts.
import { laneSum, loadTail, multiplyAdd, storeTail } from './lanes';

/** y [rows, width]; moments [rows, 2]: the mean (0 for RMSNorm) and the inverse deviation of each row, for the gradient. */
export function normForward(x: usize, gain: usize, bias: usize, rows: i32, width: i32, epsilon: f32, y: usize, moments: usize): void {
  for (let row = 0; row < rows; row++) {
    const mean: f32 = bias ? rowSum(x, width) / <f32>width : 0;
    const inverse: f32 = 1 / Mathf.sqrt(squaresAround(x, mean, width) / <f32>width + epsilon);
    store<f32>(moments, mean);
    store<f32>(moments, inverse, 4);
    moments += 8;
    writeNormal(x, gain, bias, width, f32x4.splat(mean), f32x4.splat(inverse), y);
    x += <usize>width << 2;
    y += <usize>width << 2;
  }
}

function rowSum(x: usize, width: i32): f32 {
  let sum = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= width; i += 4) sum = f32x4.add(sum, v128.load(x + (<usize>i << 2)));
  if (i < width) sum = f32x4.add(sum, loadTail(x + (<usize>i << 2), width - i));
  return laneSum(sum);
}

/** Σ (x − mean)². */
function squaresAround(x: usize, mean: f32, width: i32): f32 {
  const centre = f32x4.splat(mean);
  let sum = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= width; i += 4) {
    const d = f32x4.sub(v128.load(x + (<usize>i << 2)), centre);
    sum = multiplyAdd(d, d, sum);
  }
  let total = laneSum(sum);
  for (; i < width; i++) {
    const d = load<f32>(x + (<usize>i << 2)) - mean;
    total += d * d;
  }
  return total;
}

function writeNormal(x: usize, gain: usize, bias: usize, width: i32, mean: v128, inverse: v128, y: usize): void {
  let i = 0;
  for (; i + 4 <= width; i += 4) {
    const at = <usize>i << 2;
    const unit = f32x4.mul(f32x4.sub(v128.load(x + at), mean), inverse);
    v128.store(y + at, multiplyAdd(unit, v128.load(gain + at), bias ? v128.load(bias + at) : f32x4.splat(0)));
  }
  if (i == width) return;
  const at = <usize>i << 2;
  const unit = f32x4.mul(f32x4.sub(loadTail(x + at, width - i), mean), inverse);
  storeTail(y + at, multiplyAdd(unit, loadTail(gain + at, width - i), bias ? loadTail(bias + at, width - i) : f32x4.splat(0)), width - i);
}

/**
 * Adds to dx [rows, width], dgain [width] and (where there is a bias) dbias [width]: with x̂ = (x − mean)·r and g = gain∘dy,
 * dx = r·(g − mean(g) − x̂·mean(g∘x̂)); RMSNorm leaves out mean(g).
 */
export function normBackward(dy: usize, x: usize, gain: usize, moments: usize, rows: i32, width: i32, dx: usize, dgain: usize, dbias: usize): void {
  for (let row = 0; row < rows; row++) {
    const mean = load<f32>(moments);
    const inverse = load<f32>(moments, 4);
    moments += 8;
    let along = f32x4.splat(0);
    let sum = f32x4.splat(0);
    let i = 0;
    for (; i + 4 <= width; i += 4) {
      const at = <usize>i << 2;
      const d = v128.load(dy + at);
      const unit = f32x4.mul(f32x4.sub(v128.load(x + at), f32x4.splat(mean)), f32x4.splat(inverse));
      const scaled = f32x4.mul(d, v128.load(gain + at));
      const product = f32x4.mul(d, unit);
      v128.store(dgain + at, f32x4.add(v128.load(dgain + at), product));
      if (dbias) v128.store(dbias + at, f32x4.add(v128.load(dbias + at), d));
      along = multiplyAdd(scaled, unit, along);
      sum = f32x4.add(sum, scaled);
    }
    let alongTotal = laneSum(along);
    let total = laneSum(sum);
    for (; i < width; i++) {
      const at = <usize>i << 2;
      const d = load<f32>(dy + at);
      const unit = (load<f32>(x + at) - mean) * inverse;
      const scaled = d * load<f32>(gain + at);
      store<f32>(dgain + at, load<f32>(dgain + at) + d * unit);
      if (dbias) store<f32>(dbias + at, load<f32>(dbias + at) + d);
      alongTotal += scaled * unit;
      total += scaled;
    }
    spread(dy, x, gain, width, mean, inverse, alongTotal / <f32>width, dbias ? total / <f32>width : 0, dx);
    dy += <usize>width << 2;
    x += <usize>width << 2;
    dx += <usize>width << 2;
  }
}

@inline
function spread(dy: usize, x: usize, gain: usize, width: i32, mean: f32, inverse: f32, along: f32, centre: f32, dx: usize): void {
  let i = 0;
  for (; i + 4 <= width; i += 4) {
    const at = <usize>i << 2;
    const unit = f32x4.mul(f32x4.sub(v128.load(x + at), f32x4.splat(mean)), f32x4.splat(inverse));
    const free = f32x4.sub(f32x4.mul(v128.load(dy + at), v128.load(gain + at)), f32x4.splat(centre));
    const d = f32x4.sub(free, f32x4.mul(unit, f32x4.splat(along)));
    v128.store(dx + at, multiplyAdd(d, f32x4.splat(inverse), v128.load(dx + at)));
  }
  for (; i < width; i++) {
    const at = <usize>i << 2;
    const unit = (load<f32>(x + at) - mean) * inverse;
    store<f32>(dx + at, load<f32>(dx + at) + (load<f32>(dy + at) * load<f32>(gain + at) - centre - unit * along) * inverse);
  }
}
