/** The canonical run: what every view, importer and analysis speaks. Pure data. */
import type { Estimate, MetricName } from './metrics';

export type RunSource =
  | 'alignment-gap' | 'trl' | 'tensorboard' | 'wandb' | 'mlflow'
  | 'llamafactory' | 'openrlhf' | 'verl' | 'csv' | 'jsonl';

export type Sampling = 'online' | 'offline' | 'semi-online' | 'mixed' | 'unknown';

/**
 * Derived from the events and from whether the process lives; never stored.
 * `queued`: planned, not begun, its study still running. `stopped`: ended when asked, or not begun when its study ended;
 * resuming goes on with it, or begins it. `lost`: the process had started, is gone, and never said how it ended.
 */
export type RunStatus = 'queued' | 'running' | 'finished' | 'stopped' | 'failed' | 'lost';

/** Per-prompt outcomes on the fixed evaluation prompts, so that runs can be paired prompt by prompt. */
export interface PromptOutcomes {
  /** Win (1), tie (0.5) or loss (0) against the golden policy, judged by golden; index = evaluation prompt. */
  readonly win?: Float64Array;
  readonly proxyWin?: Float64Array;
  /** KL(π‖π_ref) on this prompt, nats per sequence. */
  readonly kl?: Float64Array;
}

export interface Checkpoint {
  readonly step: number;
  readonly metrics: Partial<Record<MetricName, Estimate>>;
  readonly outcomes?: PromptOutcomes;
  readonly raw: Readonly<Record<string, number>>;
}

export interface RunWarning {
  readonly code: string;
  readonly message: string;
  /** Where: a file with a line, a key. */
  readonly at?: string;
}

export interface TrainingProgress {
  readonly step: number;
  readonly steps: number;
}

export interface Run {
  /** `<experiment>/<run>` for our own; a stable path-derived id for foreign runs. */
  readonly id: string;
  readonly name: string;
  readonly experiment: string;
  /** Absolute path of the run directory or of the imported log. */
  readonly path: string;
  readonly source: RunSource;
  readonly status: RunStatus;
  /** The cause, when `status` is `failed`. */
  readonly failure?: string;
  readonly arm: string;
  readonly sampling: Sampling;
  readonly objective: string;
  readonly beta?: number;
  readonly seed?: number;
  /** KL budget in nats per sequence. */
  readonly klBudget?: number;
  /** The resolved configuration, as plain JSON. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Engine, versions, machine: what was not set but may matter. */
  readonly environment: Readonly<Record<string, unknown>>;
  readonly progress?: TrainingProgress;
  /** Ascending by step, one for each step. */
  readonly checkpoints: readonly Checkpoint[];
  readonly warnings: readonly RunWarning[];
  /** ISO times. */
  readonly createdAt?: string;
  readonly endedAt?: string;
}
