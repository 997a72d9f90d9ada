/** What a transformer is made of; policy, reference policy and preference models differ only in these fields. */
import type { PolicyShape } from '../../core/experiment/schema';
import type { RowShape } from '../rows';

export interface TransformerShape extends PolicyShape, RowShape {
  /** Vocabulary size V, special tokens included. */
  readonly vocabulary: number;
  /** Adds `score.weight` and `score.bias`: a scalar read off the pooled response (preference models). */
  readonly scalarHead?: boolean;
  /** How the scalar head pools separator and response positions up to the end token; `mean` unless told. */
  readonly pool?: 'mean' | 'sum';
  /** Adds `embedding.match`: response tokens learn at which prompt position their token stands first. */
  readonly promptMatch?: boolean;
}

export interface WeightSpecification {
  readonly name: string;
  readonly dimensions: readonly number[];
  /** Standard deviation of the normal draw; a constant instead where `constant` is given. */
  readonly deviation?: number;
  readonly constant?: number;
}

/** Every weight of a shape, in the fixed order in which it is drawn, hashed and stored. */
export function weightSpecifications(shape: TransformerShape): WeightSpecification[] {
  const { width, layers, feedForward, vocabulary, promptLength, responseLength } = shape;
  const narrow = 1 / Math.sqrt(width);
  // Residual branches start small, by the number of branches that are summed.
  const residual = 0.5 / Math.sqrt(layers);
  const norm = (name: string): WeightSpecification[] => withBias(shape, { name, dimensions: [width], constant: 1 });
  const specifications: WeightSpecification[] = [
    { name: 'embedding.token', dimensions: [vocabulary, width], deviation: 0.5 },
    { name: 'embedding.position', dimensions: [promptLength + 1 + responseLength, width], deviation: 0.2 },
  ];
  if (shape.promptMatch) specifications.push({ name: 'embedding.match', dimensions: [promptLength + 1, width], deviation: 0.2 });
  for (let layer = 0; layer < layers; layer += 1) {
    const at = (name: string): string => `layer${layer}.${name}`;
    specifications.push(
      ...norm(at('attention.norm')),
      ...withBias(shape, { name: at('attention.qkv'), dimensions: [width, 3 * width], deviation: narrow }),
      ...withBias(shape, { name: at('attention.out'), dimensions: [width, width], deviation: residual * narrow }),
      ...norm(at('feedForward.norm')),
      { name: at('feedForward.in'), dimensions: [width, feedForward], deviation: narrow },
      { name: at('feedForward.bias'), dimensions: [feedForward], constant: 0 },
      ...withBias(shape, { name: at('feedForward.out'), dimensions: [feedForward, width], deviation: residual / Math.sqrt(feedForward) }),
    );
  }
  specifications.push(...norm('norm'), { name: 'unembedding', dimensions: [width, vocabulary], deviation: 0.5 * narrow });
  if (shape.scalarHead) {
    specifications.push({ name: 'score.weight', dimensions: [width, 1], deviation: 0.1 * narrow }, { name: 'score.bias', dimensions: [1], constant: 0 });
  }
  return specifications;
}

/** GPT-2 adds a bias to every norm and linear layer; the plain block has one in the feed-forward alone. */
function withBias(shape: TransformerShape, weight: WeightSpecification): WeightSpecification[] {
  if (shape.block !== 'gpt2') return [weight];
  return [weight, { name: `${weight.name}.bias`, dimensions: weight.dimensions.slice(-1), constant: 0 }];
}

export const parameterCount = (shape: TransformerShape): number =>
  weightSpecifications(shape).reduce((sum, { dimensions }) => sum + dimensions.reduce((a, b) => a * b, 1), 0);
