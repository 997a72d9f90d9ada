/** Which shared stage reads which (Tang et al. 2024, Fig. 2): digests and the launch queue both follow this one table. */
import type { StageKind } from '../run/events';

export const STAGE_NEEDS: Readonly<Record<StageKind, readonly StageKind[]>> = {
  data: [],
  sft: ['data'],
  // Both preference models begin from fresh weights, so they can be learnt while the policy is.
  golden: ['data'],
  relabelled: ['data', 'golden'],
  proxy: ['relabelled'],
  'golden-policy': ['sft', 'golden', 'relabelled'],
};
