/**
 * What the parts of a study cost on one machine, as `trainer bench` measures them and the calibration keeps them. Costs are
 * processor seconds (user and system, all threads): other work on the machine stretches a step's wall time twofold and its
 * processor time hardly at all. How the two are related, alone and beside other training, is measured apart (`Pace`).
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

/** Wall time ÷ processor time of a training process, by how many train at once. */
export interface Pace {
  readonly alone: number;
  /** Of each of `processes` at once, over the processor time that the step takes alone. */
  readonly together: number;
  /** As many at once as were measured. */
  readonly processes: number;
  readonly cores: number;
}

/**
 * Above these, other work had the processor while it was measured: let alone, a process takes about its processor time, and
 * processes on cores of their own little more. (On cores that are shared or rationed the second is so always: then what is
 * remembered is measured anew each time, which costs seconds.)
 */
const BUSY = { alone: 1.3, together: 1.8 };
export const wasBusy = ({ alone, together }: Pace): boolean => alone > BUSY.alone || together > BUSY.together;

/** Stage → digest of its artefact: where that is there, the stage costs no more than looking. */
export type StageDigests = Readonly<Partial<Record<StageKind, string>>>;

/**
 * Of each of `running` processes, wall ÷ processor time. Between one process and the measured number it grows evenly; processes
 * beyond the cores take turns.
 */
export function paceOf({ alone, together, processes, cores }: Pace, running: number): number {
  const within = Math.min(running, cores);
  const shared = processes < 2 ? alone : alone + ((Math.max(alone, together) - alone) * (within - 1)) / (processes - 1);
  return shared * Math.max(1, running / cores);
}
