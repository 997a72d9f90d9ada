/** Direct preference optimisation (Rafailov et al. 2023, eq. 7). */
import { tf } from '../backend/tensorflow';
import { negativeLogSigmoid } from './logSigmoid';

/**
 * Mean over pairs of −log σ(β·h), in nats, h = log π(y_w)/π_ref(y_w) − log π(y_l)/π_ref(y_l).
 * Its gradient never changes sign: unlike IPO's, nothing pulls a margin back that has gone too far.
 *
 * @param logRatioChosen   [pairs] log π/π_ref of the chosen responses, nats per sequence
 * @param logRatioRejected [pairs] the same of the rejected ones
 * @param beta             regularisation, > 0, per nat
 */
export function dpoLoss(logRatioChosen: tf.Tensor1D, logRatioRejected: tf.Tensor1D, beta: number): tf.Scalar {
  return tf.tidy(() => tf.mean<tf.Scalar>(negativeLogSigmoid(tf.mul(tf.sub(logRatioChosen, logRatioRejected), beta))));
}
