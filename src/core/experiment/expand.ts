/** An experiment's matrix, arms × learning rates × betas × seeds, as one resolved configuration a run. */
import type { RunConfig, RunData } from './config';
import { resolvePolicy } from './policy';
import type { Arm, Experiment, StageSettings, Writer } from './schema';

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
      (arm.beta ?? experiment.beta).flatMap((beta) =>
        experiment.seeds.map((seed) => {
          const rate = rates.length > 1 ? [`lr${learningRate}`] : [];
          return {
            name: [arm.name, ...rate, `b${beta}`, `s${seed}`].join('-'),
            config: { ...shared, ...armConfig(arm, experiment, { objective: arm.objective, beta, learningRate }), seed, stages: resolveStages(experiment.stages, seed) },
          };
        }),
      ),
    );
  });
}

type OwnFields = 'arm' | 'sampling' | 'objective' | 'beta' | 'learningRate' | 'steps' | 'checkpointSteps';
type ArmFields = 'data' | 'goldenPairs' | 'syncEvery' | 'onlineShare' | 'onPolicyKl';
type Own = Pick<RunConfig, 'objective' | 'beta' | 'learningRate'>;

function armConfig(arm: Arm, experiment: Experiment, own: Own): Pick<RunConfig, OwnFields | ArmFields> {
  const steps = arm.steps ?? experiment.steps;
  const { goldenPairs, syncEvery, onlineShare, onPolicyKl } = arm;
  const data = runData(arm, experiment, own);
  return {
    arm: arm.name,
    sampling: arm.sampling,
    ...own,
    steps,
    checkpointSteps: checkpointSteps(steps, experiment.checkpoints),
    ...(data === undefined ? {} : { data }),
    ...(goldenPairs === undefined ? {} : { goldenPairs }),
    ...(syncEvery === undefined ? {} : { syncEvery }),
    ...(onlineShare === undefined ? {} : { onlineShare }),
    ...(onPolicyKl === undefined ? {} : { onPolicyKl }),
  };
}

/** A fifth, as the paper takes step 800 of 4,000 (§6). */
export const earlyStepOf = (steps: number): number => Math.max(1, Math.round(steps / 5));

function runData({ data }: Arm, experiment: Experiment, own: Own): RunData | undefined {
  if (data === undefined || data.kind === 'golden') return undefined;
  const { steps } = experiment;
  // The early steps of all arms: one recorded run then serves them all.
  const early = experiment.arms.flatMap((arm) => (arm.data?.kind === 'policies' ? [arm.data.earlyStep ?? earlyStepOf(steps)] : []));
  const weightsAt = [...new Set([earlyStepOf(steps), ...early, steps])].sort((a, b) => a - b);
  const { objective = own.objective, beta = own.beta, learningRate = own.learningRate } = data.source ?? {};
  const recording = { objective, beta, learningRate, steps, weightsAt };
  if (data.kind === 'replay') return { kind: 'replay', order: data.order, recording };
  const stepOf: Readonly<Record<Writer, number>> = { sft: 0, early: data.earlyStep ?? earlyStepOf(steps), final: steps };
  const [first, second] = data.policies;
  return { kind: 'policies', policies: [{ name: first, step: stepOf[first] }, { name: second, step: stepOf[second] }], recording };
}

type SharedConfig = Omit<RunConfig, OwnFields | ArmFields | 'seed' | 'stages'>;

function sharedConfig(experiment: Experiment, resolvePath: (path: string) => string): SharedConfig {
  const { name, task, policy, klBudget, batchSize, evaluation, backend } = experiment;
  return {
    experiment: name,
    task: typeof task === 'string' ? task : { ...task, pairs: resolvePath(task.pairs) },
    policy: resolvePolicy(policy),
    klBudget,
    batchSize,
    evaluation,
    backend,
  };
}

function resolveStages({ dataSeed, proxyPolicy, opponentPolicy, ...stages }: Experiment['stages'], seed: number): StageSettings {
  return {
    dataSeed: dataSeed === 'seed' ? seed : dataSeed,
    ...stages,
    ...(proxyPolicy === undefined ? {} : { proxyPolicy: resolvePolicy(proxyPolicy) }),
    ...(opponentPolicy === undefined ? {} : { opponentPolicy: resolvePolicy(opponentPolicy) }),
  };
}
