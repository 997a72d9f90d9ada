/** The few settings that one usually adjusts before a start, without touching the file. */
import type { Experiment } from './schema';

export interface ExperimentOverrides {
  readonly name?: string;
  readonly seeds?: readonly number[];
  readonly beta?: readonly number[];
  readonly steps?: number;
  readonly checkpoints?: number | readonly number[];
  /** Nats per sequence. */
  readonly klBudget?: number;
  /** Replaces the learning rate of every arm. */
  readonly learningRate?: number | readonly number[];
  readonly batchSize?: number;
  readonly evaluationPrompts?: number;
  readonly policy?: Experiment['policy'];
  readonly backend?: Experiment['backend'];
}

/** A copy; what is undefined stays. People type these values: `parseExperiment(JSON.stringify(result))` says whether they hold together. */
export function overrideExperiment(experiment: Experiment, overrides: ExperimentOverrides): Experiment {
  const { learningRate, evaluationPrompts, seeds, beta, ...plain } = overrides;
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)) as Partial<Experiment>;
  const rate = learningRate === undefined || typeof learningRate === 'number' ? learningRate : [...learningRate];
  return {
    ...experiment,
    ...given,
    seeds: seeds ? [...seeds] : experiment.seeds,
    beta: beta ? [...beta] : experiment.beta,
    arms: rate === undefined ? experiment.arms : experiment.arms.map((arm) => ({ ...arm, learningRate: rate })),
    evaluation: evaluationPrompts === undefined ? experiment.evaluation : { ...experiment.evaluation, prompts: evaluationPrompts },
  };
}
