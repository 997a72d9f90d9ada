/** The scalar head of preference models: one score a row, higher is better; the difference of two is a log-odds. */
import { tf } from '../backend/tensorflow';
import { feedNamed, floats, tensorsOf, type Feeds, type FeedTensors } from '../optimiser/program';
import type { TokenRows } from '../rows';
import { responseLengths, rowLength } from '../rows';
import { overChunks } from './chunks';
import { embeddingFeeds, embeddingInput } from './embedding';
import type { TransformerShape } from './shape';
import { weight1, weight2 } from './block';
import { hiddenStates } from './transformer';
import { linear } from './linear';
import type { TransformerWeights } from './weights';

/** [rows]. Pools the separator and the response up to its end token (`shape.pool`), then reads a scalar off. Differentiable. */
export function scoreRows(weights: TransformerWeights, shape: TransformerShape, batch: TokenRows): tf.Tensor1D {
  return tf.tidy(() => scoreRowsFrom(weights, shape, tensorsOf(scoreFeeds(shape, batch))));
}

/** What `scoreRowsFrom` reads: `tokens`, `matches` and `pool` [rows, 1+R], the share of each position in its row's score. */
export const scoreFeeds = (shape: TransformerShape, batch: TokenRows): Feeds => ({
  ...embeddingFeeds(shape, batch, rowLength(batch)),
  pool: floats(poolWeights(shape, batch), [batch.rows, batch.responseLength + 1]),
});

/** As `scoreRows`, of tensors of `scoreFeeds`. */
export function scoreRowsFrom(weights: TransformerWeights, shape: TransformerShape, feeds: FeedTensors): tf.Tensor1D {
  return tf.tidy(() => {
    const pool = feedNamed<tf.Tensor2D>(feeds, 'pool');
    const hidden = hiddenStates(weights, shape, embeddingInput(feeds, rowLength(shape)), shape.responseLength + 1);
    const scalars = tf.reshape(linear(hidden, weight2(weights, 'score.weight')), pool.shape);
    return tf.add<tf.Tensor1D>(tf.sum<tf.Tensor1D>(tf.mul(scalars, pool), 1), weight1(weights, 'score.bias'));
  });
}

/** As `scoreRows`, outside any gradient and a part at a time. */
export function scoresOf(weights: TransformerWeights, shape: TransformerShape, batch: TokenRows, chunk?: number): Float32Array {
  return overChunks(batch, chunk, (part) => scoreRows(weights, shape, part));
}

function poolWeights(shape: TransformerShape, batch: TokenRows): Float32Array {
  const outputs = batch.responseLength + 1;
  const weights = new Float32Array(batch.rows * outputs);
  responseLengths(batch).forEach((response, row) => {
    const count = 1 + response;
    weights.fill(shape.pool === 'sum' ? 1 : 1 / count, row * outputs, row * outputs + count);
  });
  return weights;
}
