/** Best-of-2 (Tang et al. 2024, eq. 3): maximum likelihood of the better of two responses. Neither contrastive nor regularised. */
import { tf } from '../backend/tensorflow';

/**
 * Mean over pairs of −log π(y_w), nats per sequence (eq. 3 is printed without the minus sign). There is no reference policy in
 * it: on-policy its expected gradient is that of the win rate against itself, and nothing bounds the KL.
 *
 * @param logProbabilityChosen [pairs] log π of the chosen responses, nats per sequence
 */
export function bestOf2Loss(logProbabilityChosen: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.neg<tf.Scalar>(tf.mean(logProbabilityChosen)));
}
