/** Preference models: Bradley & Terry (1952) on the difference of two scores. */
import { tf } from '../backend/tensorflow';

/** Mean over pairs of −log σ(s_w − s_l), in nats; scores are [pairs] each. */
export function bradleyTerryLoss(scoresChosen: tf.Tensor1D, scoresRejected: tf.Tensor1D): tf.Scalar {
  // softplus of minus the margin, written so that neither side overflows: wasm has no stable softplus.
  return tf.tidy(() => {
    const margin = tf.sub(scoresChosen, scoresRejected);
    return tf.mean<tf.Scalar>(tf.add(tf.relu(tf.neg(margin)), tf.log(tf.add(tf.exp(tf.neg(tf.abs(margin))), 1))));
  });
}
