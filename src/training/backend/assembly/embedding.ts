// Token + position (+ prompt match) embeddings. Indices have 32 bits; a match of 0 means none.

/** x [rows·length, width] = token[tokens] + position[first + …] (+ match[matches] where not 0); `matches` 0: the model has none. */
export function embed(tokens: usize, matches: usize, token: usize, position: usize, match: usize, rows: i32, length: i32, first: i32, width: i32, x: usize): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    for (let t = 0; t < length; t++) {
      sum2(token + bytes * load<i32>(tokens), position + bytes * (first + t), width, x);
      tokens += 4;
      if (matches) {
        const index = load<i32>(matches);
        matches += 4;
        if (index > 0) addTo(match + bytes * index, width, x);
      }
      x += bytes;
    }
  }
}

/** Adds dx [rows·length, width] to the gradients of the tables; row 0 of the match table gets none. */
export function embedBackward(dx: usize, tokens: usize, matches: usize, token: usize, position: usize, match: usize, rows: i32, length: i32, width: i32): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    for (let t = 0; t < length; t++) {
      addTo(dx, width, token + bytes * load<i32>(tokens));
      addTo(dx, width, position + bytes * t);
      tokens += 4;
      if (matches) {
        const index = load<i32>(matches);
        matches += 4;
        if (index > 0) addTo(dx, width, match + bytes * index);
      }
      dx += bytes;
    }
  }
}

@inline
function sum2(a: usize, b: usize, width: i32, to: usize): void {
  let i = 0;
  for (; i + 4 <= width; i += 4) v128.store(to + (<usize>i << 2), f32x4.add(v128.load(a + (<usize>i << 2)), v128.load(b + (<usize>i << 2))));
  for (; i < width; i++) store<f32>(to + (<usize>i << 2), load<f32>(a + (<usize>i << 2)) + load<f32>(b + (<usize>i << 2)));
}

@inline
function addTo(from: usize, width: i32, to: usize): void {
  let i = 0;
  for (; i + 4 <= width; i += 4) v128.store(to + (<usize>i << 2), f32x4.add(v128.load(to + (<usize>i << 2)), v128.load(from + (<usize>i << 2))));
  for (; i < width; i++) store<f32>(to + (<usize>i << 2), load<f32>(to + (<usize>i << 2)) + load<f32>(from + (<usize>i << 2)));
}
