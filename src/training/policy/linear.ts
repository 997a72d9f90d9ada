/**
 * Linear layers. TensorFlow.js' wasm backend multiplies un-transposed matrices ten to thirty times faster than transposed
 * ones, and its fused form with a bias is wrong as soon as it transposes or batches (the bias is added once per 48
 * columns of the inner dimension). So gradients transpose explicitly, the narrower operand each time, and only the plain
 * two-dimensional products are ever used.
 */
import { tf } from '../backend/tensorflow';
import { savedAt, withGradient } from './gradient';

/** x [n, i] · w [i, o] → [n, o]. */
export function linear(x: tf.Tensor2D, w: tf.Tensor2D): tf.Tensor2D {
  return withGradient<tf.Tensor2D>(
    [x, w],
    () => ({ value: tf.matMul(x, w), saved: [x, w] }),
    (dy, saved) => [inputGradient(dy, savedAt(saved, 1)), weightGradient(savedAt(saved, 0), dy)],
  );
}

/** relu(x [n, i] · w [i, o] + b [o]) → [n, o]. */
export function linearRelu(x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D): tf.Tensor2D {
  return withGradient<tf.Tensor2D>(
    [x, w, b],
    () => {
      const value = tf.relu(tf.add<tf.Tensor2D>(tf.matMul(x, w), b));
      return { value, saved: [x, w, value] };
    },
    (dy, saved) => {
      const dz = tf.mul<tf.Tensor2D>(dy, tf.step(savedAt(saved, 2)));
      return [inputGradient(dz, savedAt(saved, 1)), weightGradient(savedAt(saved, 0), dz), tf.sum(dz, 0)];
    },
  );
}

const inputGradient = (dy: tf.Tensor2D, w: tf.Tensor2D): tf.Tensor2D => tf.matMul(dy, tf.transpose(w));

function weightGradient(x: tf.Tensor2D, dy: tf.Tensor2D): tf.Tensor2D {
  if (x.shape[1] <= dy.shape[1]) return tf.matMul(tf.transpose(x), dy);
  return tf.transpose(tf.matMul(tf.transpose(dy), x));
}
