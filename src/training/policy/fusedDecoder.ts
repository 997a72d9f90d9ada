/** The decoder as one kernel forward and one backward: where our kernels run, that is all of a layer stack that autodiff sees. */
import type { BackwardAttributes, ForwardAttributes, SampleAttributes } from '../backend/decoder/kernels';
import type { DecoderSizes } from '../backend/decoder/sizes';
import { runFused } from '../backend/fused';
import { tf } from '../backend/tensorflow';
import type { EmbeddingInput } from './embedding';
import { savedAt, withGradient } from './gradient';
import type { TransformerShape } from './shape';
import { unembeddingOf } from './unembedding';
import type { TransformerWeights } from './weights';

export const decoderSizes = (shape: TransformerShape, call: Pick<DecoderSizes, 'rows' | 'length' | 'outputs'>): DecoderSizes => ({
  ...call,
  width: shape.width,
  layers: shape.layers,
  heads: shape.heads,
  feedForward: shape.feedForward,
  vocabulary: shape.vocabulary,
  gelu: shape.block === 'gpt2',
});

/** Heads read hidden states; they are no part of the decoder. */
const HEADS: ReadonlySet<string> = new Set(['unembedding', 'score.weight', 'score.bias']);

function decoderWeights(weights: TransformerWeights, hasMatches: boolean): Record<string, tf.Variable> {
  return Object.fromEntries(Object.entries(weights).filter(([name]) => !HEADS.has(name) && (hasMatches || name !== 'embedding.match')));
}

/** As `hiddenStates`: [rows·outputs, width]. */
export function fusedHiddenStates(weights: TransformerWeights, { tokens, matches, lengths }: EmbeddingInput, sizes: DecoderSizes): tf.Tensor2D {
  const own = decoderWeights(weights, matches !== undefined);
  const names = Object.keys(own);
  const indices = { tokens, ...(matches ? { matches } : {}), ...(lengths ? { lengths } : {}) };
  // Without a gradient to come, nothing of the way through the layers is kept.
  const keep = tf.engine().state.gradientDepth > 0;
  return withGradient<tf.Tensor2D>(
    Object.values(own),
    () => {
      const [hidden, tape] = runFused('Decoder', { ...own, ...indices }, { sizes, keep } satisfies ForwardAttributes);
      return { value: hidden as tf.Tensor2D, saved: [...(tape ? [tape] : []), ...Object.values(indices)] };
    },
    (dy, saved) => {
      const kept = Object.fromEntries(['tape', ...Object.keys(indices)].map((name, i) => [name, savedAt<tf.Tensor>(saved, i)]));
      return runFused('DecoderGrad', { ...own, ...kept, dy }, { sizes, names } satisfies BackwardAttributes);
    },
  );
}

/** Rows with empty responses, int32 [rows, length] → the same with responses drawn by `attributes`. */
export function fusedSample(weights: TransformerWeights, tokens: tf.Tensor2D, attributes: SampleAttributes): tf.Tensor2D {
  const inputs = { ...decoderWeights(weights, false), ...unembeddingOf(weights), tokens };
  return runFused('SampleResponses', inputs, attributes)[0] as tf.Tensor2D;
}
