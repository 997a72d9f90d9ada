/** The resolved configuration of one run: everything the training process needs, nothing left to default. */
import type { EvaluationSettings, PolicyShape, StageSettings, TaskSpec } from './schema';

/** In the order of reports. */
export const BACKENDS = ['tensorflow', 'onnx', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

export interface RunConfig {
  readonly experiment: string;
  readonly arm: string;
  /** A `pairs` path is absolute here. */
  readonly task: TaskSpec;
  readonly policy: PolicyShape;
  readonly sampling: 'online' | 'offline';
  readonly objective: 'ipo';
  readonly beta: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Nats per sequence. */
  readonly klBudget: number;
  readonly steps: number;
  /** Ascending steps at which the policy is evaluated and saved; begins with 0, ends with `steps`. */
  readonly checkpointSteps: readonly number[];
  readonly batchSize: number;
  readonly evaluation: EvaluationSettings;
  readonly stages: StageSettings;
  readonly backend: 'auto' | BackendName;
}
