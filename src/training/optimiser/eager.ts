/** Steps computed by TensorFlow.js on the current backend, one kernel after another. */
import { tf } from '../backend/tensorflow';
import { adamFromState, createAdam, type Adam } from './adam';
import { gradientStep } from './gradientStep';
import { tensorsOf } from './program';
import type { Trainer, TrainerRequest } from './trainer';

export function createEagerTrainer({ program, weights, settings, state }: TrainerRequest): Trainer {
  const adam: Adam = state ? adamFromState(weights, state, settings) : createAdam(weights, settings);
  return {
    weights,
    step: (feeds, learningRate) => {
      const observed: Record<string, number> = {};
      const tensors = tensorsOf(feeds);
      try {
        const observe = (name: string, value: tf.Scalar): void => { observed[name] = value.dataSync()[0] ?? Number.NaN; };
        const loss = (): tf.Scalar => program.loss(weights, tensors, { frozen: program.frozen ?? {}, observe });
        return Promise.resolve({ ...gradientStep(loss, weights, adam, learningRate), observed });
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      } finally {
        tf.dispose(tensors);
      }
    },
    state: () => adam.state(),
    dispose: () => {
      adam.dispose();
      return Promise.resolve();
    },
  };
}
