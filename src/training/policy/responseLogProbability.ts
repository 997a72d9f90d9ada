/** Log-probabilities of response tokens, in nats. */
import { hasFused, runFused } from '../backend/fused';
import { tf } from '../backend/tensorflow';
import { savedAt, withGradient } from './gradient';
import { linear } from './linear';

export interface ResponseHead {
  /** [width, V], and what is added to all logits, [V]. */
  readonly unembedding: tf.Tensor2D;
  readonly logitBias: tf.Tensor1D;
  /** int32 [rows·R]. */
  readonly targets: tf.Tensor1D;
  /** [rows, R]; 1 where a token counts, else 0. */
  readonly mask: tf.Tensor2D;
}

/** hidden [rows·R, width] → Σ_t mask · log softmax(logits)[target], one value a row: [rows]. Differentiable in hidden and unembedding. */
export function responseLogProbability(hidden: tf.Tensor2D, head: ResponseHead): tf.Tensor1D {
  const { unembedding, logitBias, targets, mask } = head;
  if (!hasFused('ResponseLogProbability')) {
    const values = tokenLogProbability(linear(hidden, unembedding, logitBias), targets);
    return tf.sum<tf.Tensor1D>(tf.mul(tf.reshape(values, mask.shape), mask), 1);
  }
  return withGradient<tf.Tensor1D>(
    [hidden, unembedding],
    () => {
      const [value, probabilities] = runFused('ResponseLogProbability', { hidden, unembedding, logitBias, targets, mask });
      return { value: value as tf.Tensor1D, saved: [hidden, probabilities as tf.Tensor2D, targets, mask] };
    },
    (dy, saved) => {
      const kept = { hidden: savedAt(saved, 0), probabilities: savedAt(saved, 1), targets: savedAt<tf.Tensor1D>(saved, 2), mask: savedAt(saved, 3) };
      return runFused('ResponseLogProbabilityGrad', { dy, unembedding, ...kept });
    },
  );
}

/** logits [n, V], targets int32 [n] → [n]; the gradient is (one-hot − softmax). */
export function tokenLogProbability(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Tensor1D {
  if (!hasFused('TokenLogProbability')) return tf.tidy(() => tf.sum<tf.Tensor1D>(tf.mul(tf.logSoftmax(logits), tf.oneHot(targets, logits.shape[1])), -1));
  return withGradient<tf.Tensor1D>(
    [logits],
    () => {
      const [value, probabilities] = runFused('TokenLogProbability', { logits, targets });
      return { value: value as tf.Tensor1D, saved: [probabilities as tf.Tensor2D, targets] };
    },
    (dy, saved) => runFused('TokenLogProbabilityGrad', { dy, probabilities: savedAt(saved, 0), targets: savedAt<tf.Tensor1D>(saved, 1) }),
  );
}
