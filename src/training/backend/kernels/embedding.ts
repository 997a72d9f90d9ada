/** Token + position (+ match) embeddings in one pass, and their gradients. */

export interface EmbeddingIndices {
  readonly tokens: Int32Array;
  /** 0 = none. */
  readonly matches?: Int32Array | undefined;
  readonly first: number;
  readonly length: number;
  readonly width: number;
}

export interface EmbeddingTables {
  readonly token: Float32Array;
  readonly position: Float32Array;
  readonly match?: Float32Array | undefined;
}

/** Writes x [tokens, width]. */
export function embeddingForward({ token, position, match }: EmbeddingTables, indices: EmbeddingIndices, x: Float32Array): void {
  const { tokens, matches, first, length, width } = indices;
  for (let at = 0; at < tokens.length; at += 1) {
    const to = at * width;
    const from = tokens[at]! * width;
    const place = (first + (at % length)) * width;
    for (let i = 0; i < width; i += 1) x[to + i] = token[from + i]! + position[place + i]!;
    const index = match && matches ? matches[at]! : 0;
    if (match && index > 0) for (let i = 0; i < width; i += 1) x[to + i] = x[to + i]! + match[index * width + i]!;
  }
}

/** Sums dx [tokens, width] into the tables' gradients, which are cleared first; row 0 of the match table gets none. */
export function embeddingBackward(dx: Float32Array, { token, position, match }: EmbeddingTables, indices: EmbeddingIndices): void {
  const { tokens, matches, first, length, width } = indices;
  token.fill(0);
  position.fill(0);
  match?.fill(0);
  for (let at = 0; at < tokens.length; at += 1) {
    const from = at * width;
    const to = tokens[at]! * width;
    const place = (first + (at % length)) * width;
    for (let i = 0; i < width; i += 1) {
      token[to + i] = token[to + i]! + dx[from + i]!;
      position[place + i] = position[place + i]! + dx[from + i]!;
    }
    const index = match && matches ? matches[at]! : 0;
    if (match && index > 0) for (let i = 0; i < width; i += 1) match[index * width + i] = match[index * width + i]! + dx[from + i]!;
  }
}
