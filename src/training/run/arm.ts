/** From a run's configuration to what trains its policy: the loss with its optimiser, and the source of its pairs. */
import type { RecordedRun, RunConfig } from '../../core/experiment/config';
import { createTrainer, recordsSteps, type Trainer } from '../optimiser/trainer';
import { copyWeights, type TransformerWeights } from '../policy/weights';
import { onlinePairs, mixedBatches } from '../sources/mixture';
import { offlineBatches } from '../sources/offline';
import { onlineBatches } from '../sources/online';
import { withOnPolicySamples } from '../sources/onPolicy';
import { replayBatches } from '../sources/replay';
import { semiOnlineBatches } from '../sources/semiOnline';
import type { BatchSource } from '../sources/batch';
import { firstPairs } from '../preference/train';
import type { Pipeline } from '../stages/pipeline';
import type { SavedRun } from './savedState';
import { policyProgram, readsReference, type UpdateSettings } from './update';

/** The online run that is recorded for a run's data: all else, seed and batch size included, is the run's own. */
export function recordedConfig(config: RunConfig, { objective, beta, learningRate, steps }: RecordedRun): RunConfig {
  const { experiment, arm, task, policy, seed, klBudget, batchSize, evaluation, stages, backend } = config;
  const shared = { experiment, arm, task, policy, seed, klBudget, batchSize, evaluation, stages, backend };
  return { ...shared, sampling: 'online', objective, beta, learningRate, steps, checkpointSteps: [0, steps] };
}

/**
 * Of fixed pairs, log π_ref is computed once and kept. Of samples it is computed with each batch or, where that is quicker, within the
 * step; of a replay too, so that its steps are those of the run that it replays.
 */
const referenceInStep = (config: RunConfig): boolean =>
  recordsSteps() && (config.sampling !== 'offline' || config.onPolicyKl !== undefined || config.data?.kind === 'replay');

export const lossOf = ({ objective, beta, onPolicyKl }: RunConfig): Omit<UpdateSettings, 'shape' | 'reference'> => ({ objective, beta, ...(onPolicyKl === undefined ? {} : { onPolicyKl }) });

export function policyTrainer({ shape }: Pipeline, config: RunConfig, reference: TransformerWeights, saved?: SavedRun): Trainer {
  const program = policyProgram({ shape, ...lossOf(config), ...(referenceInStep(config) ? { reference } : {}) });
  return createTrainer({ program, weights: saved?.weights ?? copyWeights(reference), ...(saved ? { state: saved.optimiser } : {}) });
}

/** @param generator the older policy that samples came from when the run was saved */
export async function batchSource(pipeline: Pipeline, config: RunConfig, reference: TransformerWeights, generator?: TransformerWeights): Promise<BatchSource> {
  const { shape } = pipeline;
  const { batchSize, seed, syncEvery = 1, onlineShare = 0, onPolicyKl } = config;
  const common = { shape, seed, ...(readsReference(lossOf(config)) && !referenceInStep(config) ? { reference } : {}) };
  const sampled = async (size: number) => ({ ...common, batchSize: size, prompts: (await pipeline.relabelled()).train.chosen, judge: await pipeline.proxy() });
  switch (config.sampling) {
    case 'online':
      return onlineBatches(await sampled(batchSize));
    case 'semi-online':
      return semiOnlineBatches({ ...(await sampled(batchSize)), syncEvery }, generator);
    case 'offline': {
      const fixed = await fixedBatches(pipeline, config, { ...common, batchSize });
      return onPolicyKl === undefined ? fixed : withOnPolicySamples(fixed, common);
    }
    case 'mixed': {
      const online = onlinePairs(onlineShare, batchSize);
      const fixed = batchSize - online;
      return mixedBatches(
        shape,
        online === 0 ? undefined : onlineBatches(await sampled(online)),
        fixed === 0 ? undefined : await fixedBatches(pipeline, config, { ...common, batchSize: fixed }),
      );
    }
  }
}

type Common = Pick<Parameters<typeof offlineBatches>[0], 'shape' | 'seed' | 'batchSize' | 'reference'>;

async function fixedBatches(pipeline: Pipeline, { data, goldenPairs }: RunConfig, common: Common): Promise<BatchSource> {
  switch (data?.kind) {
    case undefined:
      // The first ones, as a proxy of so many golden labels has them.
      return offlineBatches({ ...common, pairs: firstPairs((await pipeline.relabelled()).train, goldenPairs ?? Infinity) });
    case 'replay':
      return replayBatches({ ...common, stream: await pipeline.recording(), order: data.order });
    case 'policies':
      return offlineBatches({ ...common, ...(await pipeline.policyData()) });
  }
}
