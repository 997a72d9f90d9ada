// Four floats at a time. No function here may need constant memory: the module lives on another program's heap.

/** a·b + c: one rounding where the build has relaxed SIMD and the processor a fused instruction, two otherwise. */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

/** The sum of the four lanes, in a fixed order. */
@inline
export function laneSum(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

@inline
export function laneMax(x: v128): f32 {
  return max(max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)), max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)));
}

/** The next multiple of four. */
@inline
export function up4(n: i32): i32 {
  return (n + 3) & ~3;
}

/** The first `count` (1 to 3) floats at p, zeros behind them: never reads past them. */
@inline
export function loadTail(p: usize, count: i32): v128 {
  let x = v128.load32_zero(p);
  if (count > 1) x = f32x4.replace_lane(x, 1, load<f32>(p, 4));
  if (count > 2) x = f32x4.replace_lane(x, 2, load<f32>(p, 8));
  return x;
}

/** Stores the first `count` (1 to 3) lanes at p and nothing behind them. */
@inline
export function storeTail(p: usize, x: v128, count: i32): void {
  store<f32>(p, f32x4.extract_lane(x, 0));
  if (count > 1) store<f32>(p, f32x4.extract_lane(x, 1), 4);
  if (count > 2) store<f32>(p, f32x4.extract_lane(x, 2), 8);
}

/** eˣ to 1e-7 of its value, by the Cephes polynomial after taking out powers of two; 0 below −87, finite above 88. */
@inline
export function exponential(x: v128): v128 {
  const low = f32x4.splat(-87.0);
  const inRange = f32x4.ge(x, low);
  const clamped = f32x4.max(f32x4.min(x, f32x4.splat(88.0)), low);
  const power = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(1.44269504088896341)));
  // ln 2 in two parts, so that the remainder keeps its digits.
  let rest = f32x4.sub(clamped, f32x4.mul(power, f32x4.splat(0.693359375)));
  rest = f32x4.sub(rest, f32x4.mul(power, f32x4.splat(-2.12194440e-4)));
  let y = f32x4.splat(1.9875691500e-4);
  y = multiplyAdd(y, rest, f32x4.splat(1.3981999507e-3));
  y = multiplyAdd(y, rest, f32x4.splat(8.3334519073e-3));
  y = multiplyAdd(y, rest, f32x4.splat(4.1665795894e-2));
  y = multiplyAdd(y, rest, f32x4.splat(1.6666665459e-1));
  y = multiplyAdd(y, rest, f32x4.splat(5.0000001201e-1));
  y = f32x4.add(multiplyAdd(y, f32x4.mul(rest, rest), rest), f32x4.splat(1));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(power), i32x4.splat(127)), 23);
  return v128.and(f32x4.mul(y, scale), inRange);
}

/** ln x for positive normal x, by the Cephes polynomial: Math.log would bring a table, and a table needs constant memory. */
export function logarithm(x: f32): f32 {
  const bits = reinterpret<i32>(x);
  let exponent = ((bits >> 23) & 255) - 126;
  let m = reinterpret<f32>((bits & 0x7fffff) | 0x3f000000);
  if (m < 0.70710678) {
    exponent -= 1;
    m = m + m - 1;
  } else {
    m = m - 1;
  }
  const square = m * m;
  let y: f32 = 7.0376836292e-2;
  y = y * m - 1.1514610310e-1;
  y = y * m + 1.1676998740e-1;
  y = y * m - 1.2420140846e-1;
  y = y * m + 1.4249322787e-1;
  y = y * m - 1.6668057665e-1;
  y = y * m + 2.0000714765e-1;
  y = y * m - 2.4999993993e-1;
  y = y * m + 3.3333331174e-1;
  y = y * m * square;
  const power = <f32>exponent;
  return m + (y + power * -2.12194440e-4 - 0.5 * square) + power * <f32>0.693359375;
}
