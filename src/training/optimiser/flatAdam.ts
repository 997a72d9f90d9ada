/**
 * Adam in plain JavaScript, for every backend: at these model sizes one loop over the moments, which live outside the backend,
 * costs less than dispatching a dozen stock kernels a weight, and the arithmetic is the same everywhere.
 */
import { tf } from '../backend/tensorflow';
import type { TransformerWeights } from '../policy/weights';
import { requireFinite, warmedUp, type Adam, type AdamSettings, type AdamState, type Gradients } from './adam';

const copyState = ({ steps, first, second }: AdamState): AdamState => ({ steps, first: Float32Array.from(first), second: Float32Array.from(second) });

export class FlatAdam implements Adam {
  private steps: number;
  private readonly moments: AdamState;

  constructor(
    private readonly weights: TransformerWeights,
    private readonly settings: AdamSettings,
    state: AdamState,
  ) {
    this.moments = copyState(state);
    this.steps = state.steps;
  }

  state(): AdamState {
    return copyState({ ...this.moments, steps: this.steps });
  }

  dispose(): void {
    // Plain arrays: nothing to give back.
  }

  step(gradients: Gradients, learningRate: number): number {
    const { clipNorm } = this.settings;
    const values = new Map(Object.entries(gradients).map(([name, gradient]) => [name, gradient.dataSync<'float32'>()]));
    const norm = globalNorm(values.values());
    requireFinite(norm);
    this.steps += 1;
    const rate = warmedUp(learningRate, this.settings, this.steps);
    const scale = norm > clipNorm ? clipNorm / norm : 1;
    let offset = 0;
    for (const [name, weight] of Object.entries(this.weights)) {
      const gradient = values.get(name);
      if (gradient) this.update(weight, gradient, offset, rate, scale);
      offset += weight.size;
    }
    return norm;
  }

  private update(weight: tf.Variable, gradient: Float32Array, offset: number, rate: number, scale: number): void {
    const { beta1, beta2, epsilon, weightDecay } = this.settings;
    const { first, second } = this.moments;
    const unbiased1 = 1 / (1 - beta1 ** this.steps);
    const unbiased2 = 1 / (1 - beta2 ** this.steps);
    const values = weight.dataSync<'float32'>();
    const updated = new Float32Array(values.length);
    for (let i = 0; i < values.length; i += 1) {
      const g = gradient[i]! * scale;
      const m = beta1 * first[offset + i]! + (1 - beta1) * g;
      const v = beta2 * second[offset + i]! + (1 - beta2) * g * g;
      first[offset + i] = m;
      second[offset + i] = v;
      const value = values[i]!;
      updated[i] = value - rate * ((m * unbiased1) / (Math.sqrt(v * unbiased2) + epsilon) + weightDecay * value);
    }
    // A new buffer, never the old one: the backend caches packed weights by buffer, and a copy by reference would train along.
    const tensor = tf.tensor(updated, weight.shape, 'float32');
    weight.assign(tensor);
    tensor.dispose();
  }
}

function globalNorm(gradients: Iterable<Float32Array>): number {
  let sum = 0;
  for (const gradient of gradients) for (let i = 0; i < gradient.length; i += 1) sum += gradient[i]! * gradient[i]!;
  return Math.sqrt(sum);
}
