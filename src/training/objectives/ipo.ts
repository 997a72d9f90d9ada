/** Identity preference optimisation (Azar et al. 2023), in the form of Tang et al. 2024, App. B. */
import { tf } from '../backend/tensorflow';

/**
 * Mean over pairs of (β·h − ½)², where h = log π(y_w)/π_ref(y_w) − log π(y_l)/π_ref(y_l).
 * β² times Azar's (h − 1/(2β))²: the same minimiser, but a gradient that does not grow as β shrinks.
 * On-policy its expected gradient is −4β · grad[ E p(y ≻ π̄) − β·KL(π‖π_ref) ].
 *
 * @param logRatioChosen   [pairs] log π/π_ref of the chosen responses, nats per sequence
 * @param logRatioRejected [pairs] the same of the rejected ones
 * @param beta             regularisation, > 0, per nat
 */
export function ipoLoss(logRatioChosen: tf.Tensor1D, logRatioRejected: tf.Tensor1D, beta: number): tf.Scalar {
  return tf.tidy(() => tf.mean<tf.Scalar>(tf.square(tf.sub(tf.mul(tf.sub(logRatioChosen, logRatioRejected), beta), 0.5))));
}
