/**
 * What the parts of a study cost on one machine, as `trainer bench` measures them and the calibration keeps them. All times
 * are wall seconds of one process that trains alone.
 */
import type { StageKind } from '../run/events';

export interface StudyCosts {
  /** From starting a training process until its backend is ready and its task is loaded. */
  readonly start: number;
  /** What the first steps of a process take above the lasting pace: compiling, mostly. */
  readonly warmUp: number;
  /** The whole stage `data`, its process' start apart. */
  readonly data: number;
  /** One step of the reference policy on its batch. */
  readonly languageModelStep: number;
  /** One step of a preference model on its batch; no golden one where the task has a rule. */
  readonly preferenceStep: { readonly golden?: number; readonly proxy: number };
  /** One preference step of the policy on a labelled batch, reference log-probabilities given: the offline step. */
  readonly updateStep: number;
  /** One response of the policy, sampled in a batch of both responses to each prompt. */
  readonly sampledRow: number;
  /** One response of the policy, sampled among the evaluation prompts. */
  readonly evaluatedRow: number;
  /** The log-probability of one response, outside any gradient. */
  readonly forwardRow: number;
  /** The exact KL of one response. */
  readonly klRow: number;
  /** The verdict on one response. */
  readonly scoredRow: { readonly golden: number; readonly proxy: number };
  /** One checkpoint on the disk. */
  readonly save: number;
  /** Pairs for training and held out, as the task has them. */
  readonly pairs: { readonly train: number; readonly heldOut: number };
}

/** How much slower each process is while others train beside it. */
export interface Slowdown {
  /** As many at once as were measured. */
  readonly processes: number;
  /** Time of a step beside the others ÷ time of the same step alone. */
  readonly factor: number;
  readonly cores: number;
}

/** Stage → digest of its artefact: where that is there, the stage costs no more than looking. */
export type StageDigests = Readonly<Partial<Record<StageKind, string>>>;

/**
 * Of each of `running` processes, time ÷ time alone. Between one process and the measured number it grows evenly; processes
 * beyond the cores take turns.
 */
export function slowdownOf({ processes, factor, cores }: Slowdown, running: number): number {
  const within = Math.min(running, cores);
  const shared = processes < 2 ? 1 : 1 + ((Math.max(1, factor) - 1) * (within - 1)) / (processes - 1);
  return shared * Math.max(1, running / cores);
}
