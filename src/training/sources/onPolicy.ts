/** HyPO's other half: beside each batch of fixed pairs, unlabelled responses of the current policy to the same prompts (Song et al. 2024). */
import { RandomStream } from '../../core/random';
import { sequenceLogProbabilitiesOf } from '../policy/logProbabilities';
import { sampleResponses } from '../policy/sampler';
import type { TransformerShape } from '../policy/shape';
import type { TransformerWeights } from '../policy/weights';
import type { BatchSource } from './batch';

export interface OnPolicySettings {
  readonly shape: TransformerShape;
  /** Absent where the step itself computes log π_ref. */
  readonly reference?: TransformerWeights;
  readonly seed: number;
}

export const withOnPolicySamples = (source: BatchSource, { shape, reference, seed }: OnPolicySettings): BatchSource => ({
  ...source,
  batch(step, policy) {
    const batch = source.batch(step, policy);
    const samples = sampleResponses(policy, shape, batch.pairs.chosen, RandomStream.of(seed, `on-policy KL step ${step}`));
    return { ...batch, onPolicy: { samples, ...(reference ? { reference: sequenceLogProbabilitiesOf(reference, shape, samples) } : {}) } };
  },
});
