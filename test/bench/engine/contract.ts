/** What an engine has to offer to be measured; those in Python answer the same questions. */
import type { Workload } from '../workloads';

/**
 * What the fixture's models compute on the fixture's rows. Two engines that disagree here are not doing the same work, and no
 * ratio between them means anything.
 */
export interface Computed {
  /** Losses of three consecutive steps from the fixture's weights, on one batch: the later ones depend on gradients and optimiser. */
  readonly losses: Readonly<Record<'lm' | 'ipo' | 'study', readonly number[]>>;
  /** The likeliest response tokens to the first 64 prompts. */
  readonly greedy: readonly number[];
  /** The judge's scores of the first 64 study rows. */
  readonly scores: readonly number[];
  /** log π_ref of the first 32 chosen study rows, as the offline arm knows it beforehand. */
  readonly known: readonly number[];
}

/** One call of a workload; what it answers is thrown away. */
export type Call = () => unknown;

export interface Engine {
  /** What does the work, e.g. `stock`. */
  readonly kernels: string;
  readonly versions: Readonly<Record<string, string>>;
  compute(): Promise<Computed> | Computed;
  readonly calls: Readonly<Partial<Record<Workload, Call>>>;
}

export type Request =
  | { readonly ask: 'compute' }
  | { readonly ask: 'measure'; readonly workload: Workload; readonly calls: number };

export interface Ready {
  readonly kernels: string;
  readonly versions: Engine['versions'];
  readonly workloads: readonly Workload[];
  /** Whether it has the fixture's models, so that what it computes can be compared. */
  readonly computes: boolean;
}

/** Processor milliseconds (user and system, all threads of the process) of one call, the mean over `calls`. */
export interface Measured { readonly milliseconds: number }

/** One JSON line each: first `Ready` or `Refusal`, then one answer a request. */
export interface Refusal { readonly refused: string }
