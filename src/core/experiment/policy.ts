/** Named policy sizes: the layers of each hold four times the parameters of the one before (eight from tiny to small). */
import type { Experiment, POLICY_SIZES, PolicyShape } from './schema';

export const POLICY_SHAPES: Readonly<Record<(typeof POLICY_SIZES)[number], PolicyShape>> = {
  tiny: { width: 16, layers: 1, heads: 2, feedForward: 32 },
  small: { width: 32, layers: 2, heads: 2, feedForward: 64 },
  medium: { width: 64, layers: 2, heads: 4, feedForward: 128 },
  large: { width: 128, layers: 2, heads: 4, feedForward: 256 },
};

export const resolvePolicy = (policy: Experiment['policy']): PolicyShape =>
  typeof policy === 'string' ? POLICY_SHAPES[policy] : policy;
