/** An experiment's matrix, arms × learning rates × betas × seeds, as one resolved configuration a run. */
import type { RunConfig } from './config';
import { resolvePolicy } from './policy';
import type { Experiment } from './schema';

export interface PlannedRun {
  /** Unique in the experiment, e.g. `online-b0.1-s1`; also the name of the run's directory. */
  readonly name: string;
  readonly config: RunConfig;
}

/**
 * Ascending, each once, 0 and `steps` among them. A count is spaced evenly, and more checkpoints than steps give one a step;
 * a list is taken as it is, less what lies beyond the end (KL moves most in the first steps: there a study looks closely).
 */
export function checkpointSteps(steps: number, checkpoints: number | readonly number[]): number[] {
  if (typeof checkpoints !== 'number') {
    const within = checkpoints.filter((step) => step < steps);
    return [...new Set([0, ...within, steps])].sort((a, b) => a - b);
  }
  const parts = Math.min(steps, checkpoints);
  return Array.from({ length: parts + 1 }, (_, i) => Math.round((i * steps) / parts));
}

/** @param resolvePath makes the path of a pairs file absolute; core itself knows no file system. */
export function expandExperiment(experiment: Experiment, resolvePath: (path: string) => string): PlannedRun[] {
  const shared = sharedConfig(experiment, resolvePath);
  return experiment.arms.flatMap((arm) => {
    const rates = [arm.learningRate].flat();
    return rates.flatMap((learningRate) =>
      experiment.beta.flatMap((beta) =>
        experiment.seeds.map((seed) => {
          const rate = rates.length > 1 ? [`lr${learningRate}`] : [];
          return {
            name: [arm.name, ...rate, `b${beta}`, `s${seed}`].join('-'),
            config: { ...shared, arm: arm.name, sampling: arm.sampling, objective: arm.objective, beta, learningRate, seed },
          };
        }),
      ),
    );
  });
}

type SharedConfig = Omit<RunConfig, 'arm' | 'sampling' | 'objective' | 'beta' | 'learningRate' | 'seed'>;

function sharedConfig(experiment: Experiment, resolvePath: (path: string) => string): SharedConfig {
  const { name, task, policy, klBudget, steps, checkpoints, batchSize, evaluation, stages, backend } = experiment;
  return {
    experiment: name,
    task: typeof task === 'string' ? task : { ...task, pairs: resolvePath(task.pairs) },
    policy: resolvePolicy(policy),
    klBudget,
    steps,
    checkpointSteps: checkpointSteps(steps, checkpoints),
    batchSize,
    evaluation,
    stages,
    backend,
  };
}
