/** The decoder: pre-norm blocks of causal attention and feed-forward, evaluated only where the output is needed. */
import { hasFused } from '../backend/fused';
import { tf } from '../backend/tensorflow';
import { tensorsOf, type Feeds, type FeedTensors } from '../optimiser/program';
import type { TokenRows } from '../rows';
import { causalAttention, type AttentionShape } from './attention';
import { applyBlock, norm } from './block';
import { embed, embeddingFeeds, embeddingInput, type EmbeddingInput } from './embedding';
import { decoderSizes, fusedHiddenStates } from './fusedDecoder';
import type { TransformerShape } from './shape';
import { unembed } from './unembedding';
import type { TransformerWeights } from './weights';

/**
 * Final normalised hidden states of the last `outputs` positions of each row: [rows·outputs, width]. The last block is computed for
 * these alone. Differentiable.
 */
export function hiddenStates(weights: TransformerWeights, shape: TransformerShape, input: EmbeddingInput, outputs: number): tf.Tensor2D {
  const rows = input.tokens.size / input.length;
  if (hasFused('Decoder')) return fusedHiddenStates(weights, input, decoderSizes(shape, { rows, length: input.length, outputs }));
  return plainHiddenStates(weights, shape, input, outputs);
}

/** The same by plain operations, layer by layer. */
function plainHiddenStates(weights: TransformerWeights, shape: TransformerShape, input: EmbeddingInput, outputs: number): tf.Tensor2D {
  const rows = input.tokens.size / input.length;
  let x = embed(weights, input);
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const attention = { rows, keys: input.length, queries: layer === shape.layers - 1 ? outputs : input.length, heads: shape.heads };
    x = applyBlock({ weights, shape, layer, attend: (qkv) => causalAttention(qkv, attention), keep: (all) => lastPositions(all, attention) }, x);
  }
  return norm(weights, 'norm', x);
}

function lastPositions(x: tf.Tensor2D, { rows, keys, queries }: AttentionShape): tf.Tensor2D {
  if (queries === keys) return x;
  const width = x.shape[1];
  const cut = tf.slice(tf.reshape(x, [rows, keys, width]), [0, keys - queries, 0], [rows, queries, width]);
  return tf.reshape<tf.Rank.R2>(cut, [rows * queries, width]);
}

/** Logits that predict response tokens 1 … R: [rows·R, V], of which those behind a response's end mean nothing. Position P, the separator, predicts the first. */
export function responseLogits(weights: TransformerWeights, shape: TransformerShape, batch: TokenRows): tf.Tensor2D {
  return responseLogitsFrom(weights, shape, tensorsOf(responseInputs(shape, batch)));
}

/** What the model reads to predict the responses: everything but the last token. */
export const responseInputs = (shape: TransformerShape, batch: TokenRows): Feeds => embeddingFeeds(shape, batch, batch.promptLength + batch.responseLength);

/** `responseLogits` of tensors of `responseInputs`. */
export const responseLogitsFrom = (weights: TransformerWeights, shape: TransformerShape, feeds: FeedTensors): tf.Tensor2D => unembed(weights, responseStates(weights, shape, feeds));

/** Hidden states at the positions that predict response tokens 1 … R: [rows·R, width]; they mean nothing behind a response's end. */
export const responseStates = (weights: TransformerWeights, shape: TransformerShape, feeds: FeedTensors): tf.Tensor2D =>
  hiddenStates(weights, shape, embeddingInput(feeds, shape.promptLength + shape.responseLength), shape.responseLength);
