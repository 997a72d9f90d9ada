/**
 * Preference models. Point-wise: one score a response, p(y ≻ y') = σ(s(y) − s(y')) (Bradley–Terry), which is antisymmetric
 * by construction, so no order of presentation can be exploited (the paper symmetrises its pairwise model instead, App. A.2).
 */
import { scoresOf } from '../policy/score';
import type { TransformerShape } from '../policy/shape';
import type { TransformerWeights } from '../policy/weights';
import type { TokenRows } from '../rows';

/** Higher is preferred; equal scores are a tie. */
export interface PreferenceModel {
  scores(batch: TokenRows): Float64Array;
}

/** One layer, and told which tokens the prompt holds: as good a judge as two layers at these sizes, at half the cost. */
export const preferenceShapeOf = (policy: TransformerShape): TransformerShape => ({ ...policy, layers: 1, scalarHead: true, pool: 'sum', promptMatch: true });

export const ruleModel = (scores: (batch: TokenRows) => Float64Array): PreferenceModel => ({ scores });

export interface LearnedModel extends PreferenceModel {
  readonly weights: TransformerWeights;
  readonly shape: TransformerShape;
}

export const learnedModel = (weights: TransformerWeights, shape: TransformerShape): LearnedModel => ({
  weights,
  shape,
  scores: (batch) => Float64Array.from(scoresOf(weights, shape, batch)),
});
