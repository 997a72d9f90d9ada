/** Sequence likelihood calibration, its hinge alone (Zhao et al. 2023), as in Tang et al. 2024, App. B: without SLiC-HF's cross-entropy. */
import { tf } from '../backend/tensorflow';

/**
 * Mean over pairs of max(0, 1 − β·h), h = log π(y_w)/π_ref(y_w) − log π(y_l)/π_ref(y_l); no gradient once β·h ≥ 1.
 *
 * @param logRatioChosen   [pairs] log π/π_ref of the chosen responses, nats per sequence
 * @param logRatioRejected [pairs] the same of the rejected ones
 * @param beta             regularisation, > 0, per nat
 */
export function slicLoss(logRatioChosen: tf.Tensor1D, logRatioRejected: tf.Tensor1D, beta: number): tf.Scalar {
  return tf.tidy(() => tf.mean<tf.Scalar>(tf.relu(tf.sub(1, tf.mul(tf.sub(logRatioChosen, logRatioRejected), beta)))));
}
