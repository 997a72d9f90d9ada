/** Preference models: Bradley & Terry (1952) on the difference of two scores. */
import { tf } from '../backend/tensorflow';
import { savedAt, withGradient } from '../policy/gradient';

/** Mean over pairs of −log σ(s_w − s_l), in nats; scores are [pairs] each. */
export function bradleyTerryLoss(scoresChosen: tf.Tensor1D, scoresRejected: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.mean<tf.Scalar>(negativeLogSigmoid(tf.sub(scoresChosen, scoresRejected))));
}

/**
 * −log σ(x) = max(−x, 0) + log(1 + exp −|x|), which never overflows; d/dx = σ(x) − 1.
 * The gradient is written out because that of TensorFlow.js' `abs` is −1 at 0, where equal responses put every pair.
 */
function negativeLogSigmoid(x: tf.Tensor1D): tf.Tensor1D {
  return withGradient<tf.Tensor1D>(
    [x],
    () => ({ value: tf.add(tf.relu(tf.neg(x)), tf.log(tf.add(tf.exp(tf.neg(tf.abs(x))), 1))), saved: [x] }),
    (dy, saved) => [tf.mul(dy, tf.sub(tf.sigmoid(savedAt<tf.Tensor1D>(saved, 0)), 1))],
  );
}
