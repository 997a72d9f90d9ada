/** The resolved configuration of one run: everything the training process needs, nothing left to default. */
import type { ArmData, EvaluationSettings, Objective, PolicyShape, StageSettings, TaskSpec, Writer } from './schema';

/** In the order of reports. */
export const BACKENDS = ['tensorflow', 'onnx', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** The online run whose samples or policies an arm learns from; its seed, batch size and stages are the run's own. */
export interface RecordedRun {
  readonly objective: Objective;
  readonly beta: number;
  readonly learningRate: number;
  readonly steps: number;
  /** Ascending steps whose policies are kept: the early one and the last. */
  readonly weightsAt: readonly number[];
}

export type ReplayOrder = Extract<ArmData, { kind: 'replay' }>['order'];

/** Fixed pairs other than D_golden. */
export type RunData =
  | { readonly kind: 'replay'; readonly order: ReplayOrder; readonly recording: RecordedRun }
  /** Both responses to each prompt of D_golden; `step` of the recorded run, 0 being the reference policy. */
  | { readonly kind: 'policies'; readonly policies: readonly [WritingPolicy, WritingPolicy]; readonly recording: RecordedRun };

export interface WritingPolicy {
  readonly name: Writer;
  readonly step: number;
}

/**
 * What only some arms have is absent for the others, so that a plan made before it existed still reads as the same one.
 */
export interface RunConfig {
  readonly experiment: string;
  readonly arm: string;
  /** A `pairs` path is absolute here. */
  readonly task: TaskSpec;
  readonly policy: PolicyShape;
  readonly sampling: 'online' | 'offline' | 'semi-online' | 'mixed';
  readonly objective: Objective;
  /** Where an offline or mixed arm's fixed pairs come from; absent: D_golden. */
  readonly data?: RunData;
  /** Of D_golden, so many pairs; absent: all. */
  readonly goldenPairs?: number;
  /** Semi-online: steps for which samples come from the same copy of the policy. */
  readonly syncEvery?: number;
  /** Mixed: share of each batch's pairs that are sampled online. */
  readonly onlineShare?: number;
  /** Weight of KL(π‖π_ref) on samples of the policy, added to the loss (HyPO). */
  readonly onPolicyKl?: number;
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
