/** −log σ, the loss of a logistic regression whose answer is always yes. */
import { tf } from '../backend/tensorflow';
import { savedAt, withGradient } from '../policy/gradient';

/**
 * −log σ(x) = max(−x, 0) + log(1 + exp −|x|), which never overflows; d/dx = σ(x) − 1. Element by element, nats.
 * The gradient is written out because that of TensorFlow.js' `abs` is −1 at 0, where equal responses put every pair.
 */
export function negativeLogSigmoid(x: tf.Tensor1D): tf.Tensor1D {
  return withGradient<tf.Tensor1D>(
    [x],
    () => ({ value: tf.add(tf.relu(tf.neg(x)), tf.log(tf.add(tf.exp(tf.neg(tf.abs(x))), 1))), saved: [x] }),
    (dy, saved) => [tf.mul(dy, tf.sub(tf.sigmoid(savedAt<tf.Tensor1D>(saved, 0)), 1))],
  );
}
