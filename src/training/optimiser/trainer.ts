/** Who trains: a program, weights and an optimiser behind one `step`; the chosen backend decides how steps are computed. */
import type { TransformerWeights } from '../policy/weights';
import type { AdamSettings, AdamState } from './adam';
import { createEagerTrainer } from './eager';
import type { Feeds, LossProgram } from './program';

export interface StepResult {
  readonly loss: number;
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
  /** What the program observed beside the loss, by name; values before the step. */
  readonly observed: Readonly<Record<string, number>>;
}

export interface Trainer {
  /** The weights as they are now, on the current backend. Ask again after a step: the values may be brought over only then. */
  readonly weights: TransformerWeights;
  /** One gradient step. @throws Error where the gradient is not finite; the weights are then as before. */
  step(feeds: Feeds, learningRate: number): Promise<StepResult>;
  /** For saving; a trainer made with it goes on bit for bit. */
  state(): AdamState;
  /** Gives back what the trainer holds beside the weights, which stay. */
  dispose(): Promise<void>;
}

export interface TrainerRequest {
  readonly program: LossProgram;
  /** Trained in place. */
  readonly weights: TransformerWeights;
  readonly settings?: Partial<AdamSettings>;
  /** Goes on from here instead of from zero. */
  readonly state?: AdamState;
}

export type TrainerFactory = (request: TrainerRequest) => Trainer;

let factory: TrainerFactory = createEagerTrainer;

/** Set when a backend starts; without an argument steps are computed by TensorFlow.js itself. */
export function trainWith(chosen: TrainerFactory = createEagerTrainer): void {
  factory = chosen;
}

/** Whether steps are recorded and run elsewhere: work that is part of a step is then quicker than the same work beside it. */
export const recordsSteps = (): boolean => factory !== createEagerTrainer;

export const createTrainer: TrainerFactory = (request) => factory(request);
