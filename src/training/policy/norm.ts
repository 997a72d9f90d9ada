/** Normalisation of hidden states, and its gradients. */
import { LAYER_EPSILON, RMS_EPSILON } from '../backend/epsilon';
import { hasFused, runFused } from '../backend/fused';
import { tf } from '../backend/tensorflow';
import { savedAt, withGradient } from './gradient';

/** RMSNorm (Zhang & Sennrich 2019): y = gain · x / √(mean x² + ε), no centring and no bias. x [n, width], gain [width] → [n, width]. */
export function rmsNorm(x: tf.Tensor2D, gain: tf.Tensor1D): tf.Tensor2D {
  if (hasFused('Norm')) return fusedNorm(x, gain);
  return withGradient<tf.Tensor2D>(
    [x, gain],
    () => {
      const inverse = tf.rsqrt<tf.Tensor2D>(tf.add(tf.mean(tf.square(x), -1, true), RMS_EPSILON));
      return { value: tf.mul<tf.Tensor2D>(tf.mul(x, inverse), gain), saved: [x, gain, inverse] };
    },
    (dy, saved) => {
      const [input, scale, inverse] = [savedAt(saved, 0), savedAt<tf.Tensor1D>(saved, 1), savedAt(saved, 2)];
      const unit = tf.mul<tf.Tensor2D>(input, inverse);
      const along = tf.mul<tf.Tensor2D>(dy, unit);
      const shrink = tf.mul<tf.Tensor2D>(unit, tf.mean(tf.mul(along, scale), -1, true));
      return [tf.mul(inverse, tf.sub(tf.mul(dy, scale), shrink)), tf.sum(along, 0)];
    },
  );
}

/** LayerNorm (Ba et al. 2016): y = gain · (x − mean) / √(variance + ε) + bias. x [n, width], gain and bias [width] → [n, width]. */
export function layerNorm(x: tf.Tensor2D, gain: tf.Tensor1D, bias: tf.Tensor1D): tf.Tensor2D {
  if (hasFused('Norm')) return fusedNorm(x, gain, bias);
  return withGradient<tf.Tensor2D>(
    [x, gain, bias],
    () => {
      const centred = tf.sub<tf.Tensor2D>(x, tf.mean(x, -1, true));
      const inverse = tf.rsqrt<tf.Tensor2D>(tf.add(tf.mean(tf.square(centred), -1, true), LAYER_EPSILON));
      const unit = tf.mul<tf.Tensor2D>(centred, inverse);
      return { value: tf.add<tf.Tensor2D>(tf.mul(unit, gain), bias), saved: [unit, gain, inverse] };
    },
    (dy, saved) => {
      const [unit, scale, inverse] = [savedAt(saved, 0), savedAt<tf.Tensor1D>(saved, 1), savedAt(saved, 2)];
      const along = tf.mul<tf.Tensor2D>(dy, unit);
      const scaled = tf.mul<tf.Tensor2D>(dy, scale);
      const shrink = tf.mul<tf.Tensor2D>(unit, tf.mean(tf.mul(along, scale), -1, true));
      return [tf.mul(inverse, tf.sub(tf.sub(scaled, tf.mean(scaled, -1, true)), shrink)), tf.sum(along, 0), tf.sum(dy, 0)];
    },
  );
}

/** With a bias LayerNorm, without one RMSNorm. */
function fusedNorm(x: tf.Tensor2D, gain: tf.Tensor1D, bias?: tf.Tensor1D): tf.Tensor2D {
  return withGradient<tf.Tensor2D>(
    bias ? [x, gain, bias] : [x, gain],
    () => {
      const [value, unit, inverse] = runFused('Norm', { x, gain, ...(bias ? { bias } : {}) }) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      return { value, saved: [unit, gain, inverse] };
    },
    (dy, saved) => runFused('NormGrad', { dy, unit: savedAt(saved, 0), gain: savedAt<tf.Tensor1D>(saved, 1), inverse: savedAt(saved, 2) }, { centred: bias ? 1 : 0 }),
  );
}
