/** RLHF by policy gradient: REINFORCE with a leave-one-out baseline (Ahmadian et al. 2024), two samples a prompt, as TRL's RLOO. */
import { tf } from '../backend/tensorflow';

/**
 * Mean over pairs of ¼β·h² − ½·Δr·h: a function whose gradient is that of RLOO, though its value is no reward.
 *
 * RLOO rewards a sample y with R(y) = r(y) − β·log π(y)/π_ref(y), the KL penalty k1 of all its tokens being within the reward.
 * With two samples each one's baseline is the other's reward, so that the advantages are ±A, A = Δr − β·h, and
 * −mean over samples of A·∇log π(y) = −½ mean over pairs of (Δr − β·h)·∇h, A being a constant: exactly the gradient of
 * the above. It vanishes where h = Δr/β, as for π* ∝ π_ref·exp(r/β), whoever the pairs are sampled from: samples of
 * an older copy of the policy need no importance weights (Flet-Berliac et al. 2024).
 *
 * @param logRatioFirst  [pairs] log π/π_ref of the first sample of each prompt, nats per sequence
 * @param logRatioSecond [pairs] the same of the second one
 * @param rewardMargin   [pairs] Δr: the first sample's reward less the second one's, in the reward model's units
 * @param beta           KL penalty, > 0, reward per nat
 */
export function rlooLoss(logRatioFirst: tf.Tensor1D, logRatioSecond: tf.Tensor1D, rewardMargin: tf.Tensor1D, beta: number): tf.Scalar {
  return tf.tidy(() => {
    const h = tf.sub(logRatioFirst, logRatioSecond);
    return tf.mean<tf.Scalar>(tf.mul(h, tf.sub(tf.mul(h, beta / 4), tf.mul(rewardMargin, 0.5))));
  });
}
