/** Preference models: Bradley & Terry (1952) on the difference of two scores. */
import { tf } from '../backend/tensorflow';
import { negativeLogSigmoid } from './logSigmoid';

/** Mean over pairs of −log σ(s_w − s_l), in nats; scores are [pairs] each. */
export function bradleyTerryLoss(scoresChosen: tf.Tensor1D, scoresRejected: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.mean<tf.Scalar>(negativeLogSigmoid(tf.sub(scoresChosen, scoresRejected))));
}
