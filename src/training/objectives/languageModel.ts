/** Maximum likelihood of responses given prompts: pre-training and supervised fine-tuning. */
import { tf } from '../backend/tensorflow';
import { feedNamed, type LossProgram } from '../optimiser/program';
import { sequenceLogProbabilitiesFrom } from '../policy/logProbabilities';
import type { TransformerShape } from '../policy/shape';

/**
 * Negative log-likelihood in nats: mean per response token (end token included) or per sequence.
 * @param logProbabilities [rows] log π(y|x)
 * @param mask             [rows, R] 1 for each response token that counts
 */
export function languageModelLoss(logProbabilities: tf.Tensor1D, mask: tf.Tensor2D, per: 'token' | 'sequence' = 'token'): tf.Scalar {
  return tf.tidy(() => {
    const count = per === 'sequence' ? mask.shape[0] : tf.maximum(tf.sum(mask), 1);
    return tf.neg<tf.Scalar>(tf.div(tf.sum(logProbabilities), count));
  });
}

/** Trains on rows of `responseFeeds`. */
export const languageModelProgram = (shape: TransformerShape, per: 'token' | 'sequence' = 'sequence'): LossProgram => ({
  name: `language model, per ${per}`,
  loss: (weights, feeds) => languageModelLoss(sequenceLogProbabilitiesFrom(weights, shape, feeds), feedNamed<tf.Tensor2D>(feeds, 'mask'), per),
});
