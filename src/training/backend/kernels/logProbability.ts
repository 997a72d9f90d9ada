/** log softmax(logits)[target] and its gradient, one row of `vocabulary` logits a position. */

/** Writes the log-probabilities [n] and the softmax [n, vocabulary]. */
export function logProbabilityForward(logits: Float32Array, targets: Int32Array, values: Float32Array, probabilities: Float32Array): void {
  const vocabulary = logits.length / targets.length;
  for (let row = 0, at = 0; row < targets.length; row += 1, at += vocabulary) {
    let most = -Infinity;
    for (let i = at; i < at + vocabulary; i += 1) if (logits[i]! > most) most = logits[i]!;
    let sum = 0;
    for (let i = at; i < at + vocabulary; i += 1) {
      const weight = Math.exp(logits[i]! - most);
      probabilities[i] = weight;
      sum += weight;
    }
    const share = 1 / sum;
    for (let i = at; i < at + vocabulary; i += 1) probabilities[i] = probabilities[i]! * share;
    values[row] = logits[at + targets[row]!]! - most - Math.log(sum);
  }
}

/** dlogits = dy · (one-hot(target) − softmax). */
export function logProbabilityBackward(dy: Float32Array, probabilities: Float32Array, targets: Int32Array, dlogits: Float32Array): void {
  const vocabulary = probabilities.length / targets.length;
  for (let row = 0, at = 0; row < targets.length; row += 1, at += vocabulary) {
    const weight = dy[row]!;
    if (weight === 0) {
      dlogits.fill(0, at, at + vocabulary);
      continue;
    }
    for (let i = at; i < at + vocabulary; i += 1) dlogits[i] = -weight * probabilities[i]!;
    dlogits[at + targets[row]!] = dlogits[at + targets[row]!]! + weight;
  }
}
