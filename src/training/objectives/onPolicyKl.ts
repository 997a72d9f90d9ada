/** KL(π‖π_ref) on samples of the policy itself: what HyPO adds to an offline objective (Song et al. 2024). */
import { tf } from '../backend/tensorflow';

/**
 * Half the unbiased sample variance of log π/π_ref: a function whose gradient is, in expectation, that of KL(π‖π_ref).
 *
 * ∇KL = E_π[ log(π/π_ref)·∇log π ], the score function that HyPO's code uses with log π/π_ref held constant. Less the mean
 * of the other samples as a baseline, which changes no expectation and takes most of the noise, it is
 * mean of n/(n−1)·(ℓ − ℓ̄)·∇ℓ with ℓ = log π/π_ref: exactly the gradient of Σ(ℓ − ℓ̄)²/(2(n−1)).
 * Whole sequences rather than the exact divergence at each sampled prefix: that one's gradient forgets that the policy also
 * chooses the prefixes, and it needs the distributions of all positions where this needs two numbers a response.
 *
 * @param logRatios [samples] log π/π_ref of responses sampled from π, at least two, nats per sequence
 */
export function onPolicyKlLoss(logRatios: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => {
    const deviations = tf.sub(logRatios, tf.mean(logRatios));
    return tf.div<tf.Scalar>(tf.sum(tf.square(deviations)), 2 * Math.max(1, logRatios.size - 1));
  });
}
