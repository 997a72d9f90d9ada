/** Adam as one kernel over all weights; its moments lie on the backend beside them. */
import { runFused } from '../backend/fused';
import type { AdamAttributes } from '../backend/layerKernels';
import { tf } from '../backend/tensorflow';
import type { TransformerWeights } from '../policy/weights';
import { requireFinite, warmedUp, type Adam, type AdamSettings, type AdamState, type Gradients } from './adam';

interface Trained {
  readonly weight: tf.Variable;
  first: tf.Tensor;
  second: tf.Tensor;
}

export class FusedAdam implements Adam {
  private steps: number;
  private readonly trained: ReadonlyMap<string, Trained>;

  constructor(weights: TransformerWeights, private readonly settings: AdamSettings, { steps, first, second }: AdamState) {
    this.steps = steps;
    let offset = 0;
    const entries = Object.entries(weights).map(([name, weight]) => {
      const part = (moments: Float32Array): tf.Tensor => tf.keep(tf.tensor(moments.slice(offset, offset + weight.size), weight.shape));
      const entry = { weight, first: part(first), second: part(second) };
      offset += weight.size;
      return [name, entry] as const;
    });
    this.trained = new Map(entries);
  }

  state(): AdamState {
    const entries = [...this.trained.values()];
    return { steps: this.steps, first: joined(entries.map(({ first }) => first)), second: joined(entries.map(({ second }) => second)) };
  }

  step(gradients: Gradients, learningRate: number): number {
    const changed = [...this.trained].flatMap(([name, entry]) => {
      const gradient = gradients[name];
      return gradient ? [{ entry, gradient }] : [];
    });
    const inputs = changed.flatMap(({ entry, gradient }, i) => [[`w${i}`, entry.weight], [`g${i}`, gradient], [`m${i}`, entry.first], [`v${i}`, entry.second]] as const);
    const [norm, ...made] = runFused('AdamStep', Object.fromEntries(inputs), this.attributes(changed.length, learningRate)) as [tf.Tensor, ...tf.Tensor[]];
    const length = norm.dataSync<'float32'>()[0] ?? Number.NaN;
    norm.dispose();
    try {
      requireFinite(length);
    } catch (error) {
      tf.dispose(made);
      throw error;
    }
    this.steps += 1;
    changed.forEach(({ entry }, i) => { take(entry, made.slice(3 * i, 3 * i + 3) as [tf.Tensor, tf.Tensor, tf.Tensor]); });
    return length;
  }

  dispose(): void {
    for (const { first, second } of this.trained.values()) tf.dispose([first, second]);
  }

  /** rate·(m·u₁)/(√(v·u₂) + ε) with the bias corrections u moved out of the loop: (rate·u₁/√u₂)·m/(√v + ε/√u₂). */
  private attributes(weights: number, learningRate: number): AdamAttributes {
    const { beta1, beta2, epsilon, clipNorm, weightDecay } = this.settings;
    const step = this.steps + 1;
    const rate = warmedUp(learningRate, this.settings, step);
    const spread = Math.sqrt(1 - beta2 ** step);
    return { weights, clipNorm, beta1, beta2, rate: (rate * spread) / (1 - beta1 ** step), epsilon: epsilon * spread, decay: rate * weightDecay };
  }
}

function take(entry: Trained, [weight, first, second]: [tf.Tensor, tf.Tensor, tf.Tensor]): void {
  entry.weight.assign(weight);
  tf.dispose([weight, entry.first, entry.second]);
  entry.first = tf.keep(first);
  entry.second = tf.keep(second);
}

function joined(tensors: readonly tf.Tensor[]): Float32Array {
  const all = new Float32Array(tensors.reduce((sum, { size }) => sum + size, 0));
  let offset = 0;
  for (const tensor of tensors) {
    all.set(tensor.dataSync<'float32'>(), offset);
    offset += tensor.size;
  }
  return all;
}
