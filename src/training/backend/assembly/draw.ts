// Drawing the next token of each row.
import { largest, shiftedExponentials } from './logProbability';

/**
 * Writes the next token of the rows active [count], row r's at tokens + 4·r·tokenStride, and keeps in `active` those that go on, i.e. did
 * not draw `end`; answers how many. Row i of the logits [count, vocabulary] is that of row active[i]. The token is the inverse of the
 * cumulative distribution of softmax(logits / temperature) at noise[r·noiseStride] (64 bits), summed in double precision;
 * temperature 0 takes the likeliest. Scratch: `vocabulary` floats.
 */
export function drawTokens(logits: usize, active: usize, count: i32, vocabulary: i32, noise: usize, noiseStride: i32, temperature: f32, end: i32, tokens: usize, tokenStride: i32, scratch: usize): i32 {
  let going = 0;
  for (let i = 0; i < count; i++) {
    const row = load<i32>(active + (<usize>i << 2));
    const most = largest(logits, vocabulary);
    let token = likeliest(logits, vocabulary, most);
    if (temperature > 0) {
      shiftedExponentials(logits, vocabulary, most, 1 / temperature, scratch);
      token = inverse(scratch, vocabulary, load<f64>(noise + (<usize>(row * noiseStride) << 3)), token);
    }
    store<i32>(tokens + (<usize>(row * tokenStride) << 2), token);
    if (token != end) {
      store<i32>(active + (<usize>going << 2), row);
      going += 1;
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
