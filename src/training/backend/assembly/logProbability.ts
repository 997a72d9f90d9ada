// log softmax(logits)[target] and its gradient; rows of `vocabulary` logits.
import { exponential, laneMax, laneSum, loadTail, logarithm, storeTail } from './lanes';

/** values [rows]; probabilities [rows, vocabulary]. */
export function logProbabilityForward(logits: usize, targets: usize, rows: i32, vocabulary: i32, values: usize, probabilities: usize): void {
  for (let row = 0; row < rows; row++) {
    const most = largest(logits, vocabulary);
    const sum = shiftedExponentials(logits, vocabulary, most, 1, probabilities);
    scaleRow(probabilities, vocabulary, 1 / sum);
    const target = load<i32>(targets);
    store<f32>(values, load<f32>(logits + (<usize>target << 2)) - most - logarithm(sum));
    logits += <usize>vocabulary << 2;
    probabilities += <usize>vocabulary << 2;
    targets += 4;
    values += 4;
  }
}

/** dlogits = dy · (one-hot(target) − softmax). */
export function logProbabilityBackward(dy: usize, probabilities: usize, targets: usize, rows: i32, vocabulary: i32, dlogits: usize): void {
  const bytes = <usize>vocabulary << 2;
  for (let row = 0; row < rows; row++) {
    const weight = load<f32>(dy);
    memory.copy(dlogits, probabilities, bytes);
    scaleRow(dlogits, vocabulary, -weight);
    const at = dlogits + (<usize>load<i32>(targets) << 2);
    store<f32>(at, load<f32>(at) + weight);
    dlogits += bytes;
    probabilities += bytes;
    targets += 4;
    dy += 4;
  }
}

export function largest(x: usize, count: i32): f32 {
  let most = f32x4.splat(-Infinity);
  let i = 0;
  for (; i + 4 <= count; i += 4) most = f32x4.max(most, v128.load(x + (<usize>i << 2)));
  let best = laneMax(most);
  for (; i < count; i++) best = max(best, load<f32>(x + (<usize>i << 2)));
  return best;
}

/** out = exp((x − most)·sharpness); answers the sum. */
export function shiftedExponentials(x: usize, count: i32, most: f32, sharpness: f32, out: usize): f32 {
  const shift = f32x4.splat(most);
  const factor = f32x4.splat(sharpness);
  let sum = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const e = exponential(f32x4.mul(f32x4.sub(v128.load(x + (<usize>i << 2)), shift), factor));
    v128.store(out + (<usize>i << 2), e);
    sum = f32x4.add(sum, e);
  }
  let total = laneSum(sum);
  if (i < count) {
    const left = count - i;
    const e = exponential(f32x4.mul(f32x4.sub(loadTail(x + (<usize>i << 2), left), shift), factor));
    storeTail(out + (<usize>i << 2), e, left);
    for (let j = 0; j < left; j++) total += load<f32>(out + (<usize>(i + j) << 2));
  }
  return total;
}

function scaleRow(x: usize, count: i32, by: f32): void {
  const factor = f32x4.splat(by);
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(x + (<usize>i << 2), f32x4.mul(v128.load(x + (<usize>i << 2)), factor));
  for (; i < count; i++) store<f32>(x + (<usize>i << 2), load<f32>(x + (<usize>i << 2)) * by);
}
