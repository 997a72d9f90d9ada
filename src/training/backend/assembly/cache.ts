// Attention of new positions to a cache of all earlier ones. A head's block of the cache holds its keys transposed
// [depth, capacity], so that four positions are scored at a time, then its values [capacity, up4(depth)]; capacity is a
// multiple of four, and what has not been written yet is zero.
import { exponential, laneMax, laneSum, multiplyAdd, up4 } from './lanes';

/** Floats of one head's block. */
export function cacheBlock(capacity: i32, depth: i32): i32 {
  return capacity * (depth + up4(depth));
}

/**
 * Appends the keys and values of `count` new positions a row, from position `first` on, and lets the last `asking` of them attend to
 * everything so far. qkv [rows·count, 3·width]; row i has the cache of row index[i], [heads, block]; y [rows·asking, width]; scratch: capacity + up4(depth) floats.
 */
export function cachedAttention(qkv: usize, cache: usize, index: usize, rows: i32, heads: i32, depth: i32, capacity: i32, first: i32, count: i32, asking: i32, y: usize, scratch: usize): void {
  const width = heads * depth;
  const three = 3 * width;
  const block = <usize>cacheBlock(capacity, depth) << 2;
  for (let row = 0; row < rows; row++) {
    let keys = cache + block * (heads * load<i32>(index + (<usize>row << 2)));
    for (let head = 0; head < heads; head++) {
      const own = qkv + (<usize>(row * count * three + head * depth) << 2);
      const values = keys + (<usize>(capacity * depth) << 2);
      append(own + (<usize>width << 2), three, keys, values, width, depth, capacity, first, count);
      for (let i = 0; i < asking; i++) {
        const at = count - asking + i;
        const to = y + (<usize>((row * asking + i) * width + head * depth) << 2);
        attend(own + (<usize>(at * three) << 2), keys, values, depth, capacity, first + at + 1, to, scratch);
      }
      keys += block;
    }
  }
}

function append(key: usize, stride: i32, keys: usize, values: usize, width: i32, depth: i32, capacity: i32, first: i32, count: i32): void {
  const padded = up4(depth);
  for (let t = first; t < first + count; t++) {
    const value = key + (<usize>width << 2);
    for (let c = 0; c < depth; c++) {
      store<f32>(keys + (<usize>(c * capacity + t) << 2), load<f32>(key + (<usize>c << 2)));
      store<f32>(values + (<usize>(t * padded + c) << 2), load<f32>(value + (<usize>c << 2)));
    }
    key += <usize>stride << 2;
  }
}

function attend(query: usize, keys: usize, values: usize, depth: i32, capacity: i32, seen: i32, y: usize, scratch: usize): void {
  const scale = f32x4.splat(1 / Mathf.sqrt(<f32>depth));
  const end = up4(seen);
  let most = f32x4.splat(-Infinity);
  for (let t = 0; t < end; t += 4) {
    let score = f32x4.splat(0);
    let key = keys + (<usize>t << 2);
    for (let c = 0; c < depth; c++) {
      score = multiplyAdd(v128.load32_splat(query + (<usize>c << 2)), v128.load(key), score);
      key += <usize>capacity << 2;
    }
    v128.store(scratch + (<usize>t << 2), f32x4.mul(score, scale));
    if (t + 4 <= seen) most = f32x4.max(most, f32x4.mul(score, scale));
  }
  for (let t = seen; t < end; t++) store<f32>(scratch + (<usize>t << 2), -Infinity);
  if (end > seen) most = f32x4.max(most, v128.load(scratch + (<usize>(end - 4) << 2)));
  weigh(scratch, end, laneMax(most));
  combine(scratch, values, depth, seen, y, scratch + (<usize>capacity << 2));
}

/** Scores to probabilities. */
function weigh(p: usize, end: i32, most: f32): void {
  const shift = f32x4.splat(most);
  let sum = f32x4.splat(0);
  for (let t = 0; t < end; t += 4) {
    const e = exponential(f32x4.sub(v128.load(p + (<usize>t << 2)), shift));
    v128.store(p + (<usize>t << 2), e);
    sum = f32x4.add(sum, e);
  }
  const share = f32x4.splat(1 / laneSum(sum));
  for (let t = 0; t < end; t += 4) v128.store(p + (<usize>t << 2), f32x4.mul(v128.load(p + (<usize>t << 2)), share));
}

function combine(p: usize, values: usize, depth: i32, seen: i32, y: usize, scratch: usize): void {
  const padded = <usize>up4(depth) << 2;
  for (let c = 0; c < depth; c += 4) {
    let sum = f32x4.splat(0);
    let value = values + (<usize>c << 2);
    for (let t = 0; t < seen; t++) {
      sum = multiplyAdd(v128.load32_splat(p + (<usize>t << 2)), v128.load(value), sum);
      value += padded;
    }
    if (c + 4 <= depth) {
      v128.store(y + (<usize>c << 2), sum);
    } else {
      v128.store(scratch, sum);
      for (let j = c; j < depth; j++) store<f32>(y + (<usize>j << 2), load<f32>(scratch + (<usize>(j - c) << 2)));
    }
  }
}
