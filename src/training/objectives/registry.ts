/** Every objective of the experiment schema, by name. */
import type { Objective } from '../../core/experiment/schema';
import type { tf } from '../backend/tensorflow';
import { dpoLoss } from './dpo';
import { ipoLoss } from './ipo';
import { ipoAzarLoss } from './ipoAzar';
import { slicLoss } from './slic';

/** Objectives that read nothing of a pair but log π/π_ref of both sides. */
export type ContrastiveObjective = Exclude<Objective, 'best-of-2' | 'rloo'>;

/** What a contrastive objective reads: log π/π_ref of both sides, [pairs] each, nats per sequence. */
export interface LogRatios {
  readonly chosen: tf.Tensor1D;
  readonly rejected: tf.Tensor1D;
}

export function preferenceLoss(objective: ContrastiveObjective, { chosen, rejected }: LogRatios, beta: number): tf.Scalar {
  switch (objective) {
    case 'ipo':
      return ipoLoss(chosen, rejected, beta);
    case 'ipo-azar':
      return ipoAzarLoss(chosen, rejected, beta);
    case 'dpo':
      return dpoLoss(chosen, rejected, beta);
    case 'slic':
      return slicLoss(chosen, rejected, beta);
  }
}

/** Whether the rejected responses are part of the loss. */
export const readsBothSides = (objective: Objective): boolean => objective !== 'best-of-2';
