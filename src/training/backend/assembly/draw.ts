// Drawing the next token of each row.
import { largest, shiftedExponentials } from './logProbability';

/**
 * Writes the token of each row that has not ended, at tokens + row·4·tokenStride, and marks rows that draw `end` in ended [rows] (bytes);
 * answers how many go on. The token is the inverse of the cumulative distribution of softmax(logits / temperature) at noise [row]
 * (64 bits, every noiseStride-th), summed in double precision; temperature 0 takes the likeliest. Scratch: `vocabulary` floats.
 */
export function drawTokens(logits: usize, rows: i32, vocabulary: i32, noise: usize, noiseStride: i32, temperature: f32, end: i32, tokens: usize, tokenStride: i32, ended: usize, scratch: usize): i32 {
  let going = 0;
  for (let row = 0; row < rows; row++) {
    if (!load<u8>(ended + row)) {
      const most = largest(logits, vocabulary);
      let token = likeliest(logits, vocabulary, most);
      if (temperature > 0) {
        shiftedExponentials(logits, vocabulary, most, 1 / temperature, scratch);
        token = inverse(scratch, vocabulary, load<f64>(noise + (<usize>(row * noiseStride) << 3)), token);
      }
      store<i32>(tokens + (<usize>(row * tokenStride) << 2), token);
      if (token == end) store<u8>(ended + row, 1);
      else going += 1;
    }
    logits += <usize>vocabulary << 2;
  }
  return going;
}

function likeliest(logits: usize, count: i32, most: f32): i32 {
  let i = 0;
  while (i < count - 1 && load<f32>(logits + (<usize>i << 2)) != most) i += 1;
  return i;
}

/** `otherwise` is reached only when rounding leaves a remainder at the very end. */
function inverse(weights: usize, count: i32, u: f64, otherwise: i32): i32 {
  let total: f64 = 0;
  for (let i = 0; i < count; i++) total += <f64>load<f32>(weights + (<usize>i << 2));
  let left = u * total;
  for (let i = 0; i < count; i++) {
    left -= <f64>load<f32>(weights + (<usize>i << 2));
    if (left < 0) return i;
  }
  return otherwise;
}
