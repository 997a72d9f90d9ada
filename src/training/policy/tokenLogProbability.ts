/** log softmax(logits)[target], one value a position. */
import { hasFused, runFused } from '../backend/fused';
import { tf } from '../backend/tensorflow';
import { savedAt, withGradient } from './gradient';

/** logits [n, V], targets int32 [n] → [n], in nats; the gradient is (one-hot − softmax). */
export function tokenLogProbability(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Tensor1D {
  if (!hasFused('TokenLogProbability')) return plainTokenLogProbability(logits, targets);
  return withGradient<tf.Tensor1D>(
    [logits],
    () => {
      const [value, probabilities] = runFused('TokenLogProbability', { logits, targets });
      return { value: value as tf.Tensor1D, saved: [probabilities as tf.Tensor2D, targets] };
    },
    (dy, saved) => runFused('TokenLogProbabilityGrad', { dy, probabilities: savedAt(saved, 0), targets: savedAt(saved, 1) }),
  );
}

export function plainTokenLogProbability(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Tensor1D {
  return tf.tidy(() => tf.sum<tf.Tensor1D>(tf.mul(tf.logSoftmax(logits), tf.oneHot(targets, logits.shape[1])), -1));
}
