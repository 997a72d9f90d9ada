/** Log-probabilities of responses given their prompts, in nats. */
import { tf } from '../backend/tensorflow';
import { feedNamed, floats, integers, tensorsOf, type Feeds, type FeedTensors } from '../optimiser/program';
import type { TokenRows } from '../rows';
import { responseMask, rowLength } from '../rows';
import { overChunks } from './chunks';
import type { TransformerShape } from './shape';
import { responseLogProbability } from './responseLogProbability';
import { responseInputs, responseLogits, responseStates } from './transformer';
import { unembeddingOf } from './unembedding';
import type { TransformerWeights } from './weights';

/** log π(y|x), end token included, one value a row: [rows]. Differentiable with respect to the weights. */
export function sequenceLogProbabilities(weights: TransformerWeights, shape: TransformerShape, batch: TokenRows): tf.Tensor1D {
  return tf.tidy(() => sequenceLogProbabilitiesFrom(weights, shape, tensorsOf(responseFeeds(shape, batch))));
}

/** What `sequenceLogProbabilitiesFrom` reads: `responseInputs`, `targets` [rows·R] and `mask` [rows, R]. */
export const responseFeeds = (shape: TransformerShape, batch: TokenRows): Feeds => ({
  ...responseInputs(shape, batch),
  targets: integers(responseTokens(batch)),
  mask: floats(responseMask(batch), [batch.rows, batch.responseLength]),
});

/** As `sequenceLogProbabilities`, of tensors of `responseFeeds`. */
export function sequenceLogProbabilitiesFrom(weights: TransformerWeights, shape: TransformerShape, feeds: FeedTensors): tf.Tensor1D {
  return tf.tidy(() => responseLogProbability(responseStates(weights, shape, feeds), {
    ...unembeddingOf(weights),
    targets: feedNamed<tf.Tensor1D>(feeds, 'targets'),
    mask: feedNamed<tf.Tensor2D>(feeds, 'mask'),
  }));
}

/** log π(·|x, y_<t) for every response position: [rows, R, V]. Positions after the end token mean nothing. */
export function responseLogDistributions(weights: TransformerWeights, shape: TransformerShape, batch: TokenRows): tf.Tensor3D {
  return tf.tidy(() => tf.reshape<tf.Rank.R3>(tf.logSoftmax(responseLogits(weights, shape, batch)), [batch.rows, batch.responseLength, shape.vocabulary]));
}

/** As `sequenceLogProbabilities`, outside any gradient and `chunk` rows at a time. */
export function sequenceLogProbabilitiesOf(weights: TransformerWeights, shape: TransformerShape, batch: TokenRows, chunk?: number): Float32Array {
  return overChunks(batch, chunk, (part) => sequenceLogProbabilities(weights, shape, part));
}

/** rows × R, row-major. */
export function responseTokens(batch: TokenRows): Int32Array {
  const { rows, promptLength, responseLength, tokens } = batch;
  const length = rowLength(batch);
  const response = new Int32Array(rows * responseLength);
  for (let row = 0; row < rows; row += 1) response.set(tokens.subarray(row * length + promptLength + 1, (row + 1) * length), row * responseLength);
  return response;
}
