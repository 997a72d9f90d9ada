/**
 * A step of training as a program with feeds: what changes from step to step comes in as named arrays of fixed shape, so that
 * the program can be run as it stands (TensorFlow.js) or be recorded once and run by something else (ONNX Runtime).
 */
import { tf } from '../backend/tensorflow';
import type { TransformerWeights } from '../policy/weights';

export type Feed =
  | { readonly dtype: 'float32'; readonly shape: readonly number[]; readonly values: Float32Array }
  | { readonly dtype: 'int32'; readonly shape: readonly number[]; readonly values: Int32Array };

/** The same names, types and shapes at each step of a training. */
export type Feeds = Readonly<Record<string, Feed>>;

/** Feeds on a backend. */
export type FeedTensors = Readonly<Record<string, tf.Tensor>>;

export interface StepContext {
  /** `LossProgram.frozen` on the backend in use; empty without. */
  readonly frozen: TransformerWeights;
  /** Reports a scalar of the step beside the loss, e.g. the margin. */
  readonly observe: (name: string, value: tf.Scalar) => void;
}

export interface LossProgram {
  readonly name: string;
  /** Weights that are read and not trained, e.g. the reference policy's; constants of the program. */
  readonly frozen?: TransformerWeights;
  /** Must depend on nothing that changes but its arguments, and must not read a tensor's values. */
  loss(weights: TransformerWeights, feeds: FeedTensors, context: StepContext): tf.Scalar;
}

export const floats = (values: Float32Array, shape: readonly number[] = [values.length]): Feed => ({ dtype: 'float32', shape, values });
export const integers = (values: Int32Array, shape: readonly number[] = [values.length]): Feed => ({ dtype: 'int32', shape, values });

/** On the current backend; the caller disposes. */
export const tensorsOf = (feeds: Feeds): FeedTensors =>
  Object.fromEntries(Object.entries(feeds).map(([name, { values, shape, dtype }]) => [name, tf.tensor(values, [...shape], dtype)]));

/** A feed that the program needs; its absence is a mistake of whoever feeds it. */
export function feedNamed<T extends tf.Tensor>(feeds: FeedTensors, name: string): T {
  const feed = feeds[name];
  if (!feed) throw new Error(`The step was fed no "${name}"; it has ${Object.keys(feeds).join(', ')}.`);
  return feed as T;
}
