/** Named policy sizes. */
import type { Experiment, PolicyShape } from './schema';

export const POLICY_SHAPES: Readonly<Record<'tiny' | 'small' | 'medium', PolicyShape>> = {
  tiny: { width: 16, layers: 1, heads: 2, feedForward: 32 },
  small: { width: 32, layers: 2, heads: 2, feedForward: 64 },
  medium: { width: 64, layers: 2, heads: 4, feedForward: 128 },
};

export const resolvePolicy = (policy: Experiment['policy']): PolicyShape =>
  typeof policy === 'string' ? POLICY_SHAPES[policy] : policy;
