// Causal attention over rows of query | key | value [rows·keys, 3·width], head by head; only the lower triangle is computed.
// Where `queries` < `keys`, the last so many positions ask. A head's probabilities lie in rows of up4(keys) + 8 bytes' room,
// see `probabilityStride`, so that whole tiles may be written.
import { exponential, laneMax, laneSum, multiplyAdd, up4 } from './lanes';
import { multiply, packRight } from './matrix';
import { COLUMNS, STEP, tile1, tile4 } from './tile';

/** Floats between two rows of probabilities: a multiple of 8, because scores are written by tiles. */
@inline
export function probabilityStride(keys: i32): i32 {
  return (keys + 7) & ~7;
}

/** Bytes of scratch that forward and backward need for one head. */
export function attentionScratch(keys: i32, depth: i32): i32 {
  const stride = probabilityStride(keys);
  const deep = (depth + 7) & ~7;
  return ((2 * stride * depth + 3 * stride * deep + (stride + 4) * stride) << 2) + 64;
}

/** y [rows·queries, width]; probabilities [rows, heads, queries, stride]. */
export function attentionForward(qkv: usize, rows: i32, keys: i32, queries: i32, heads: i32, depth: i32, y: usize, probabilities: usize, scratch: usize): void {
  const width = heads * depth;
  const three = 3 * width;
  const stride = probabilityStride(keys);
  const block = <usize>(queries * stride) << 2;
  const keyPanels = scratch;
  const valuePanels = scratch + (<usize>(stride * depth) << 2);
  const scale: f32 = 1 / Mathf.sqrt(<f32>depth);
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      const query = qkv + (<usize>((row * keys + keys - queries) * three + head * depth) << 2);
      const key = qkv + (<usize>(row * keys * three + width + head * depth) << 2);
      packRight(key, 1, three, depth, keys, keyPanels);
      packRight(key + (<usize>width << 2), three, 1, keys, depth, valuePanels);
      scores(query, three, keyPanels, queries, keys, depth, probabilities, stride);
      for (let i = 0; i < queries; i++) softmax(probabilities + (<usize>(i * stride) << 2), keys - queries + i + 1, stride, scale);
      mix(probabilities, stride, 1, valuePanels, queries, keys, depth, y + (<usize>(row * queries * width + head * depth) << 2), width);
      probabilities += block;
    }
  }
}

/** out [queries, stride] = a [queries, depth] · panels, the columns up to the diagonal (rounded up to a panel). */
function scores(a: usize, aStride: i32, panels: usize, queries: i32, keys: i32, depth: i32, out: usize, stride: i32): void {
  const row = <usize>aStride << 2;
  const outRow = <usize>stride << 2;
  for (let i = 0; i < queries; ) {
    const count = queries - i >= 4 ? 4 : 1;
    const last = keys - queries + i + count - 1;
    let panel = panels;
    for (let j = 0; j <= last; j += COLUMNS) {
      const c = out + (<usize>j << 2);
      if (count == 4) tile4(a, row, 4, panel, depth, c, outRow, 0, 0);
      else tile1(a, 4, panel, depth, c, 0);
      panel += STEP * depth;
    }
    i += count;
    a += row * count;
    out += outRow * count;
  }
}

/** The first `count` of a row of scores to probabilities, zeros behind them. */
function softmax(p: usize, count: i32, stride: i32, scale: f32): void {
  for (let j = count; j < stride; j++) store<f32>(p + (<usize>j << 2), -Infinity);
  let most = v128.load(p);
  for (let j = 4; j < stride; j += 4) most = f32x4.max(most, v128.load(p + (<usize>j << 2)));
  const shift = f32x4.splat(-laneMax(most) * scale);
  let sum = f32x4.splat(0);
  for (let j = 0; j < stride; j += 4) {
    const e = exponential(multiplyAdd(v128.load(p + (<usize>j << 2)), f32x4.splat(scale), shift));
    v128.store(p + (<usize>j << 2), e);
    sum = f32x4.add(sum, e);
  }
  const share = f32x4.splat(1 / laneSum(sum));
  for (let j = 0; j < stride; j += 4) v128.store(p + (<usize>j << 2), f32x4.mul(v128.load(p + (<usize>j << 2)), share));
}

/** y [queries, depth] = lower triangle of p · panels. */
function mix(p: usize, rowStride: i32, innerStride: i32, panels: usize, queries: i32, keys: i32, depth: i32, y: usize, yStride: i32): void {
  if (depth & 7) {
    multiply(p, rowStride, innerStride, panels, queries, depth, keys, y, yStride, 0, 0);
    return;
  }
  const row = <usize>rowStride << 2;
  const step = <usize>innerStride << 2;
  const yRow = <usize>yStride << 2;
  for (let j = 0; j < depth; j += COLUMNS) {
    let a = p;
    let c = y + (<usize>j << 2);
    for (let i = 0; i < queries; ) {
      const count = queries - i >= 4 ? 4 : 1;
      const inner = keys - queries + i + count;
      if (count == 4) tile4(a, row, step, panels, inner, c, yRow, 0, 0);
      else tile1(a, step, panels, inner, c, 0);
      i += count;
      a += row * count;
      c += yRow * count;
    }
    panels += STEP * keys;
  }
}

/**
 * dqkv [rows·keys, 3·width] from dy [rows·queries, width]: dV = Pᵀ·dY, dS = P∘(dY·Vᵀ − Σ P∘(dY·Vᵀ))/√depth, dQ = dS·K,
 * dK = dSᵀ·Q. Positions that did not ask get no query gradient.
 */
export function attentionBackward(dy: usize, qkv: usize, probabilities: usize, rows: i32, keys: i32, queries: i32, heads: i32, depth: i32, dqkv: usize, scratch: usize): void {
  const width = heads * depth;
  const three = 3 * width;
  const stride = probabilityStride(keys);
  const wide = <usize>(stride * depth) << 2;
  const deep = <usize>(stride * ((depth + 7) & ~7)) << 2;
  const valuePanels = scratch;
  const keyPanels = scratch + 2 * wide;
  const queryPanels = keyPanels + deep;
  const dyPanels = queryPanels + deep;
  const dScores = dyPanels + deep;
  const scale: f32 = 1 / Mathf.sqrt(<f32>depth);
  const byte = <usize>width << 2;
  if (queries < keys) memory.fill(dqkv, 0, <usize>(rows * keys * three) << 2);
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      const at = <usize>(row * keys * three + head * depth) << 2;
      const asking = at + (<usize>((keys - queries) * three) << 2);
      const d = dy + (<usize>(row * queries * width + head * depth) << 2);
      packRight(qkv + at + 2 * byte, 1, three, depth, keys, valuePanels);
      packRight(qkv + at + byte, three, 1, keys, depth, keyPanels);
      packRight(qkv + asking, three, 1, queries, depth, queryPanels);
      packRight(d, width, 1, queries, depth, dyPanels);
      scores(d, width, valuePanels, queries, keys, depth, dScores, stride);
      softmaxBackward(probabilities, dScores, queries, keys, stride, scale);
      mix(dScores, stride, 1, keyPanels, queries, keys, depth, dqkv + asking, three);
      multiply(dScores, 1, stride, queryPanels, keys, depth, queries, dqkv + at + byte, three, 0, 0);
      multiply(probabilities, 1, stride, dyPanels, keys, depth, queries, dqkv + at + 2 * byte, three, 0, 0);
      probabilities += <usize>(queries * stride) << 2;
    }
  }
}

/** d [queries, stride] in place: P∘(d − Σ P∘d)·scale. P is 0 above the diagonal, where d may hold anything finite. */
function softmaxBackward(p: usize, d: usize, queries: i32, keys: i32, stride: i32, scale: f32): void {
  for (let i = 0; i < queries; i++) {
    const count = up4(keys - queries + i + 1);
    let along = f32x4.splat(0);
    for (let j = 0; j < count; j += 4) along = multiplyAdd(v128.load(p + (<usize>j << 2)), v128.load(d + (<usize>j << 2)), along);
    const mean = f32x4.splat(laneSum(along));
    for (let j = 0; j < count; j += 4) {
      const at = <usize>j << 2;
      v128.store(d + at, f32x4.mul(f32x4.mul(v128.load(p + at), f32x4.sub(v128.load(d + at), mean)), f32x4.splat(scale)));
    }
    for (let j = count; j < stride; j += 4) v128.store(d + (<usize>j << 2), f32x4.splat(0));
    p += <usize>stride << 2;
    d += <usize>stride << 2;
  }
}
