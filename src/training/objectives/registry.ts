/** Every objective of the experiment schema, by name. */
import type { RunConfig } from '../../core/experiment/config';
import type { tf } from '../backend/tensorflow';
import { ipoLoss } from './ipo';

export type ObjectiveName = RunConfig['objective'];

/** What a preference objective reads: log π/π_ref of both sides, [pairs] each, nats per sequence. */
export interface LogRatios {
  readonly chosen: tf.Tensor1D;
  readonly rejected: tf.Tensor1D;
}

export function preferenceLoss(objective: ObjectiveName, { chosen, rejected }: LogRatios, beta: number): tf.Scalar {
  switch (objective) {
    case 'ipo':
      return ipoLoss(chosen, rejected, beta);
  }
}
