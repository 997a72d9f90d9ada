/** RMSNorm (Zhang & Sennrich 2019): y = gain · x / √(mean x² + ε), no centring and no bias. */
import { hasFused, runFused } from '../backend/fused';
import { NORM_EPSILON } from '../backend/kernels/norm';
import { tf } from '../backend/tensorflow';
import { savedAt, withGradient } from './gradient';

/** x [n, width], gain [width] → [n, width]. */
export function rmsNorm(x: tf.Tensor2D, gain: tf.Tensor1D): tf.Tensor2D {
  if (!hasFused('RmsNorm')) return plainRmsNorm(x, gain);
  return withGradient<tf.Tensor2D>(
    [x, gain],
    () => {
      const [value, inverse] = runFused('RmsNorm', { x, gain });
      return { value: value as tf.Tensor2D, saved: [x, gain, inverse as tf.Tensor1D] };
    },
    (dy, saved) => runFused('RmsNormGrad', { dy, x: savedAt(saved, 0), gain: savedAt(saved, 1), inverse: savedAt(saved, 2) }),
  );
}

export function plainRmsNorm(x: tf.Tensor2D, gain: tf.Tensor1D): tf.Tensor2D {
  return tf.tidy(() => {
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), NORM_EPSILON));
    return tf.mul<tf.Tensor2D>(tf.mul(x, inverse), gain);
  });
}
