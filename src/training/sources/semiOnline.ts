/** Semi-online: as online, but the samples come from a copy of the policy that is made anew every so many steps (Lanchantin et al. 2025). */
import { copyWeights, disposeWeights, type TransformerWeights } from '../policy/weights';
import { logProbabilitiesOf, type BatchSource } from './batch';
import { sampleBatch, type OnlineSettings } from './online';

export interface SemiOnlineSettings extends OnlineSettings {
  /** 1: online. */
  readonly syncEvery: number;
}

/** @param restored the copy in use when the run was saved; the source owns it from now on */
export function semiOnlineBatches(settings: SemiOnlineSettings, restored?: TransformerWeights): BatchSource {
  const { shape, syncEvery } = settings;
  let copy = restored;
  return {
    batch(step, policy) {
      if (step % syncEvery === 0) {
        if (copy) disposeWeights(copy);
        copy = copyWeights(policy);
      }
      if (!copy) throw new Error(`The copy of the policy that step ${step} samples from is missing from the checkpoint; delete the newest folder in checkpoints/ and resume the run.`);
      const batch = sampleBatch(settings, step, copy);
      return { ...batch, generator: logProbabilitiesOf(copy, shape, batch.pairs), staleness: step % syncEvery };
    },
    generator: () => copy,
  };
}
