/** Maximum likelihood of responses given prompts: pre-training and supervised fine-tuning. */
import { tf } from '../backend/tensorflow';
import type { TokenRows } from '../rows';
import { responseMask } from '../rows';

/**
 * Negative log-likelihood in nats: mean per response token (end token included) or per sequence.
 * @param logProbabilities [rows] log π(y|x) of the rows of `batch`
 */
export function languageModelLoss(logProbabilities: tf.Tensor1D, batch: TokenRows, per: 'token' | 'sequence' = 'token'): tf.Scalar {
  const count = per === 'sequence' ? batch.rows : responseMask(batch).reduce((a, b) => a + b, 0);
  return tf.tidy(() => tf.div<tf.Scalar>(tf.sum(logProbabilities), -Math.max(1, count)));
}
