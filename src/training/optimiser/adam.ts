/**
 * Adam (Kingma & Ba 2015) with global-norm clipping, linear warm-up and optional decoupled weight decay (Loshchilov & Hutter 2019).
 * One kernel over all weights where ours run, else a loop in JavaScript. A checkpoint restores either bit for bit.
 */
import { hasFused } from '../backend/fused';
import type { tf } from '../backend/tensorflow';
import { FlatAdam } from './flatAdam';
import { FusedAdam } from './fusedAdam';
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
  /** Gives back the moments; the weights stay. */
  dispose(): void;
}

export function createAdam(weights: TransformerWeights, settings: Partial<AdamSettings> = {}): Adam {
  return adamOver(weights, { ...ADAM_DEFAULTS, ...settings }, stateFor(weights));
}

/** Goes on from a stored state: the next steps are bit-identical to those of the optimiser that was stored. */
export function adamFromState(weights: TransformerWeights, state: AdamState, settings: Partial<AdamSettings> = {}): Adam {
  return adamOver(weights, { ...ADAM_DEFAULTS, ...settings }, stateFor(weights, state));
}

/** What is stored, or the state before the first step. @throws Error where what is stored is of another model. */
export function stateFor(weights: TransformerWeights, stored?: AdamState): AdamState {
  const size = sizeOf(weights);
  const state = stored ?? { steps: 0, first: new Float32Array(size), second: new Float32Array(size) };
  if (state.first.length !== size || state.second.length !== size) {
    throw new Error(`The optimiser's state is for ${state.first.length} parameters, the model has ${size}: they do not belong together.`);
  }
  return state;
}

export const sizeOf = (weights: TransformerWeights): number => Object.values(weights).reduce((sum, weight) => sum + weight.size, 0);

function adamOver(weights: TransformerWeights, settings: AdamSettings, state: AdamState): Adam {
  return hasFused('AdamStep') ? new FusedAdam(weights, settings, state) : new FlatAdam(weights, settings, state);
}

/** Of this step (from 1): with its share of the warm-up. */
export const warmedUp = (learningRate: number, { warmUpSteps }: AdamSettings, step: number): number => learningRate * Math.min(1, step / Math.max(1, warmUpSteps));

/** @throws Error where it is not a number to go on with */
export function requireFinite(norm: number): void {
  if (!Number.isFinite(norm)) throw new Error('The gradient is not finite: the run diverged. Try a smaller learning rate or a larger beta.');
}
