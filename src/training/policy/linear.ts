/**
 * Linear layers: by our kernels where they run, else by operations that every backend has. TensorFlow.js' stock wasm backend multiplies un-transposed matrices ten
 * to thirty times faster than transposed ones, and its fused form with a bias is wrong as soon as it transposes or batches (the
 * bias is added once per 48 columns of the inner dimension). So gradients transpose explicitly, the narrower operand each
 * time, and only the plain two-dimensional products are ever used.
 */
import { hasFused, runFused } from '../backend/fused';
import { tf } from '../backend/tensorflow';
import { savedAt, withGradient } from './gradient';

export type Activation = 'relu' | 'gelu';

/** x [n, i] · w [i, o] (+ bias [o]) → [n, o]. */
export function linear(x: tf.Tensor2D, w: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor2D {
  return withGradient<tf.Tensor2D>(
    bias ? [x, w, bias] : [x, w],
    () => ({ value: affine(x, w, bias), saved: [x, w] }),
    (dy, saved) => linearGradients(dy, savedAt(saved, 0), savedAt(saved, 1), bias !== undefined),
  );
}

/** activation(x [n, i] · w [i, o] + bias [o]) → [n, o]. */
export function linearActivated(activation: Activation, x: tf.Tensor2D, w: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  const { forward, backward } = ACTIVATIONS[activation];
  return withGradient<tf.Tensor2D>(
    [x, w, bias],
    () => {
      const sum = affine(x, w, bias);
      return { value: forward(sum), saved: [x, w, sum] };
    },
    (dy, saved) => linearGradients(backward(dy, savedAt(saved, 2)), savedAt(saved, 0), savedAt(saved, 1), true),
  );
}

interface ActivationFunction {
  readonly forward: (x: tf.Tensor2D) => tf.Tensor2D;
  /** dLoss/dx from dLoss/dy and x. */
  readonly backward: (dy: tf.Tensor2D, x: tf.Tensor2D) => tf.Tensor2D;
}

const ACTIVATIONS: Readonly<Record<Activation, ActivationFunction>> = {
  relu: {
    forward: (x) => tf.relu(x),
    backward: (dy, x) => tf.mul(dy, tf.step(x)),
  },
  /** Hendrycks & Gimpel 2016, as GPT-2 approximates it: ½x(1 + tanh(√(2/π)(x + 0.044715x³))), which is x·σ(x(a + bx²)). */
  gelu: {
    forward: (x) => (hasFused('Gelu') ? (runFused('Gelu', { x })[0] as tf.Tensor2D) : tf.mul(x, geluGate(x))),
    backward: (dy, x) => {
      if (hasFused('GeluGrad')) return runFused('GeluGrad', { dy, x })[0] as tf.Tensor2D;
      const gate = geluGate(x);
      const slope = tf.add(tf.mul(tf.square(x), 3 * GELU_B), GELU_A);
      return tf.mul(dy, tf.add(gate, tf.mul(tf.mul(x, tf.mul(gate, tf.sub(1, gate))), slope)));
    },
  },
};

export const GELU_A = 2 * Math.sqrt(2 / Math.PI);
export const GELU_B = GELU_A * 0.044715;
const geluGate = (x: tf.Tensor2D): tf.Tensor2D => tf.sigmoid(tf.mul(x, tf.add(tf.mul(tf.square(x), GELU_B), GELU_A)));

function affine(x: tf.Tensor2D, w: tf.Tensor2D, bias: tf.Tensor1D | undefined): tf.Tensor2D {
  if (hasFused('Linear')) return runFused('Linear', { x, w, ...(bias ? { bias } : {}) })[0] as tf.Tensor2D;
  const product = tf.matMul<tf.Tensor2D>(x, w);
  return bias ? tf.add<tf.Tensor2D>(product, bias) : product;
}

/** Of x, w and, where there is one, the bias. */
function linearGradients(dy: tf.Tensor2D, x: tf.Tensor2D, w: tf.Tensor2D, hasBias: boolean): tf.Tensor[] {
  if (hasFused('LinearGrad')) return runFused('LinearGrad', { dy, x, w }, { bias: hasBias });
  const gradients: tf.Tensor[] = [tf.matMul(dy, tf.transpose(w)), weightGradient(x, dy)];
  return hasBias ? [...gradients, tf.sum(dy, 0)] : gradients;
}

function weightGradient(x: tf.Tensor2D, dy: tf.Tensor2D): tf.Tensor2D {
  if (x.shape[1] <= dy.shape[1]) return tf.matMul(tf.transpose(x), dy);
  return tf.transpose(tf.matMul(tf.transpose(dy), x));
}
