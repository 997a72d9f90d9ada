/** Which shared stage reads which (Tang et al. 2024, Fig. 2): digests and the launch queue both follow this one table. */
import type { StageKind } from '../run/events';

export const STAGE_NEEDS: Readonly<Record<StageKind, readonly StageKind[]>> = {
  data: [],
  sft: ['data'],
  golden: ['data', 'sft'],
  relabelled: ['data', 'golden'],
  // The proxy begins from fresh weights, so it can be learnt while the policy is.
  proxy: ['relabelled'],
  'golden-policy': ['sft', 'golden', 'relabelled'],
};
