/** Identity preference optimisation in the scaling in which it was published (Azar et al. 2023, eq. 17), and of TRL and OAIF. */
import { tf } from '../backend/tensorflow';

/**
 * Mean over pairs of (h − 1/(2β))², h = log π(y_w)/π_ref(y_w) − log π(y_l)/π_ref(y_l).
 * 1/β² times `ipoLoss`: Adam hides most of the factor, its clipping does not.
 *
 * @param logRatioChosen   [pairs] log π/π_ref of the chosen responses, nats per sequence
 * @param logRatioRejected [pairs] the same of the rejected ones
 * @param beta             regularisation, > 0, per nat
 */
export function ipoAzarLoss(logRatioChosen: tf.Tensor1D, logRatioRejected: tf.Tensor1D, beta: number): tf.Scalar {
  return tf.tidy(() => tf.mean<tf.Scalar>(tf.square(tf.sub(tf.sub(logRatioChosen, logRatioRejected), 1 / (2 * beta)))));
}
