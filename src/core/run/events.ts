/**
 * Raw types of a run directory on disk. `metrics.jsonl` holds one `RunEvent` a line, append-only: the truth.
 * After a resume, steps may occur twice; the later line wins.
 */
import type { RunConfig } from '../experiment/config';
import type { MetricName } from './metrics';

export const RUN_FORMAT = 'alignment-gap/run-directory@1';

/** What identifies a process beyond its reusable pid. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Kernel start ticks of the process where the system tells (Linux); guards against a reused pid. */
  readonly startTicks?: string;
}

export interface EngineInfo {
  readonly backend: 'wasm' | 'tensorflow' | 'onnx' | 'cpu';
  readonly tfjs: string;
  readonly kernels: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
}

/** `run.json`, written once when the run is planned; `engine` and `artefacts` are added when it starts. */
export interface RunManifest {
  readonly format: typeof RUN_FORMAT;
  readonly id: string;
  readonly name: string;
  readonly experiment: string;
  readonly config: RunConfig;
  readonly engine?: EngineInfo;
  readonly extensionVersion: string;
  readonly codeCommit?: string;
  /** Stage kind → digest of the shared artefact under `<root>/.artifacts`. */
  readonly artefacts?: Readonly<Record<string, string>>;
  /** What each shared stage measured of itself, e.g. the held-out accuracy of the golden preference model. */
  readonly stageFacts?: Readonly<Partial<Record<StageKind, Readonly<Record<string, number | string>>>>>;
  readonly launcher: 'local' | 'slurm';
  readonly createdAt: string;
}

interface Timed {
  readonly time: string;
}

/** A raw measured number as the trainer writes it; interval, unit and estimator become an `Estimate` on reading. */
export interface RawMetric {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly standardError?: number;
  readonly n?: number;
  readonly estimator?: string;
}

export interface StartedEvent extends Timed, ProcessIdentity {
  readonly event: 'started';
  /** 0, or the checkpoint's step from which the run goes on. */
  readonly fromStep: number;
}
export interface ProgressEvent extends Timed {
  readonly event: 'progress';
  readonly step: number;
  readonly loss: number;
  /** Absent where the loss compares nothing with the reference policy. */
  readonly margin?: number;
}
export interface CheckpointEvent extends Timed {
  readonly event: 'checkpoint';
  readonly step: number;
  readonly metrics: Partial<Record<MetricName, RawMetric>>;
  /** `win`/`proxyWin`: one digit a prompt, 2 win, 1 tie, 0 loss. `kl`: nats, rounded to 4 places. */
  readonly outcomes?: { readonly win?: string; readonly proxyWin?: string; readonly kl?: readonly number[] };
}
export interface FinishedEvent extends Timed {
  readonly event: 'finished';
}
export interface StoppedEvent extends Timed {
  readonly event: 'stopped';
  readonly step: number;
}
export interface FailedEvent extends Timed {
  readonly event: 'failed';
  /** Of an evaluation beside a foreign log: that checkpoint alone was not measured, and training went on. */
  readonly step?: number;
  readonly message: string;
}
export type RunEvent = StartedEvent | ProgressEvent | CheckpointEvent | FinishedEvent | StoppedEvent | FailedEvent;

/** One line of `samples.jsonl`. */
export interface SampleRecord {
  readonly step: number;
  readonly prompt: string;
  readonly completion: string;
  readonly opponent: string;
  readonly golden: 'win' | 'tie' | 'loss';
  readonly proxy: 'win' | 'tie' | 'loss';
}

/** In the order in which they can be computed; `opponent-sft`, `recording` and `policy-data` only for runs that need them. */
export const STAGE_KINDS = ['data', 'sft', 'golden', 'relabelled', 'proxy', 'opponent-sft', 'golden-policy', 'recording', 'policy-data'] as const;
export type StageKind = (typeof STAGE_KINDS)[number];

/** `<root>/<experiment>/experiment.json`: the plan, and who carries it out. */
export interface ExperimentManifest {
  readonly format: 'alignment-gap/experiment-directory@1';
  readonly name: string;
  readonly source?: string;
  readonly runs: readonly string[];
  readonly orchestrator?: ProcessIdentity;
  readonly createdAt: string;
}

/** One line of `<root>/<experiment>/stages.jsonl`: progress of the shared stages. */
export interface StageEvent extends Timed {
  readonly event: 'stage';
  readonly kind: StageKind;
  /** Which of its kind, where an experiment has several: the recorded run of each seed. */
  readonly part?: string;
  readonly digest: string;
  readonly state: 'computing' | 'done' | 'cached' | 'failed';
  /** 0 to 1. */
  readonly fraction: number;
  readonly message?: string;
  /** What the stage measured of itself, e.g. the held-out accuracy of the proxy. */
  readonly facts?: Readonly<Record<string, number | string>>;
}
