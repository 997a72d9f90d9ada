/** One step of training: loss, gradients of all weights, update; nothing stays behind on the backend. */
import { tf } from '../backend/tensorflow';
import type { TransformerWeights } from '../policy/weights';
import type { Adam, Gradients } from './adam';

export interface LossAndNorm {
  readonly loss: number;
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
}

/** `loss` must depend on `weights` alone; whatever else it reads is a constant to it. */
export function gradientStep(loss: () => tf.Scalar, weights: TransformerWeights, adam: Adam, learningRate: number): LossAndNorm {
  const { value, gradients } = lossAndGradients(loss, weights);
  const gradientNorm = adam.step(gradients, learningRate);
  tf.dispose(gradients);
  return { loss: value, gradientNorm };
}

/** The caller disposes the gradients. Weights that the loss does not depend on have none. */
export function lossAndGradients(loss: () => tf.Scalar, weights: TransformerWeights): { value: number; gradients: Gradients } {
  const names = Object.keys(weights);
  const { value, grads } = tf.variableGrads(loss, Object.values(weights));
  const gradients: Record<string, tf.Tensor> = {};
  for (const name of names) {
    const gradient = grads[weights[name]?.name ?? ''];
    if (gradient) gradients[name] = gradient;
  }
  const number = value.dataSync<'float32'>()[0] ?? Number.NaN;
  value.dispose();
  return { value: number, gradients };
}
