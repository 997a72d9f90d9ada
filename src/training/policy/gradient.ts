/** Hand-written gradients: a typed face for `tf.customGrad`. */
import { tf } from '../backend/tensorflow';

export interface Forward<T extends tf.Tensor> {
  readonly value: T;
  /** What the backward pass reads; anything else is disposed when the forward pass ends. */
  readonly saved: readonly tf.Tensor[];
}

/** `backward` gets dLoss/dValue and the saved tensors, and answers one gradient an input, in order. */
export function withGradient<T extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  forward: () => Forward<T>,
  backward: (dy: T, saved: readonly tf.Tensor[]) => tf.Tensor[],
): T {
  const operation = tf.customGrad((...args) => {
    const save = args[args.length - 1] as tf.GradSaveFunc;
    const { value, saved } = forward();
    save([...saved]);
    return { value, gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => backward(dy as T, kept) };
  });
  return operation(...inputs);
}

/** The i-th saved tensor; a missing one is a mistake in the layer, not in the data. */
export function savedAt<T extends tf.Tensor = tf.Tensor2D>(saved: readonly tf.Tensor[], index: number): T {
  const tensor = saved[index];
  if (!tensor) throw new Error(`Gradient asks for saved tensor ${index} of ${saved.length}.`);
  return tensor as T;
}
