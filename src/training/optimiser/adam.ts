/**
 * Adam (Kingma & Ba 2015) with global-norm clipping, linear warm-up and optional decoupled weight decay (Loshchilov & Hutter 2019).
 * The moments live outside the backend in plain arrays: at these model sizes one loop over them costs less than dispatching
 * a dozen kernels a weight, the arithmetic is the same on every backend, and a checkpoint restores it bit for bit.
 */
import { tf } from '../backend/tensorflow';
import type { TransformerWeights } from '../policy/weights';

export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Largest global norm of the gradient; longer ones are scaled down to it. */
  readonly clipNorm: number;
  /** The learning rate rises linearly over the first so many steps. */
  readonly warmUpSteps: number;
  /** Per unit of learning rate; 0 = none. */
  readonly weightDecay: number;
}

export const ADAM_DEFAULTS: AdamSettings = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clipNorm: 1, warmUpSteps: 20, weightDecay: 0 };

export interface AdamState {
  readonly steps: number;
  /** First and second moments, all weights one after another in their own order. */
  readonly first: Float32Array;
  readonly second: Float32Array;
}

export type Gradients = Readonly<Record<string, tf.Tensor>>;

export interface Adam {
  /** One update of the weights; weights that `gradients` lacks stay as they are. Answers the gradient's global norm before clipping. */
  step(gradients: Gradients, learningRate: number): number;
  state(): AdamState;
}

export function createAdam(weights: TransformerWeights, settings: Partial<AdamSettings> = {}): Adam {
  const size = sizeOf(weights);
  return new FlatAdam(weights, { ...ADAM_DEFAULTS, ...settings }, { steps: 0, first: new Float32Array(size), second: new Float32Array(size) });
}

/** Goes on from a stored state: the next steps are bit-identical to those of the optimiser that was stored. */
export function adamFromState(weights: TransformerWeights, state: AdamState, settings: Partial<AdamSettings> = {}): Adam {
  const size = sizeOf(weights);
  if (state.first.length !== size || state.second.length !== size) {
    throw new Error(`The optimiser's state is for ${state.first.length} parameters, the model has ${size}: they do not belong together.`);
  }
  return new FlatAdam(weights, { ...ADAM_DEFAULTS, ...settings }, copyState(state));
}

const sizeOf = (weights: TransformerWeights): number => Object.values(weights).reduce((sum, weight) => sum + weight.size, 0);
const copyState = ({ steps, first, second }: AdamState): AdamState => ({ steps, first: Float32Array.from(first), second: Float32Array.from(second) });

class FlatAdam implements Adam {
  private steps: number;

  constructor(
    private readonly weights: TransformerWeights,
    private readonly settings: AdamSettings,
    private readonly moments: AdamState,
  ) {
    this.steps = moments.steps;
  }

  state(): AdamState {
    return copyState({ ...this.moments, steps: this.steps });
  }

  step(gradients: Gradients, learningRate: number): number {
    const { clipNorm, warmUpSteps } = this.settings;
    const values = new Map(Object.entries(gradients).map(([name, gradient]) => [name, gradient.dataSync<'float32'>()]));
    const norm = globalNorm(values.values());
    if (!Number.isFinite(norm)) throw new Error('The gradient is not finite: the run diverged. Try a smaller learning rate or a larger beta.');
    this.steps += 1;
    const rate = learningRate * Math.min(1, this.steps / Math.max(1, warmUpSteps));
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
