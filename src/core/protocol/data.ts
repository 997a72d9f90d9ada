/**
 * What travels inside the messages. Series are Float64Array columns (VS Code moves them as they are; JSON would cost about
 * 300 times as much); everything else is small JSON and therefore holds no NaN and no Infinity.
 */
import type { FitLine } from '../figures/fits';
import type { StageKind } from '../run/events';
import type { MetricName, Quality, Unit } from '../run/metrics';
import type { Run } from '../run/types';

/** Where a metric's numbers come from; one entry for each way that occurs in the run (nearly always one). */
export interface MetricKind {
  readonly unit: Unit;
  readonly estimator?: string;
  readonly quality?: readonly Quality[];
  readonly from: readonly string[];
}

/** One metric over a run's checkpoints; every column is as long as the run's `steps`. NaN = not known. */
export interface MetricColumns {
  readonly value: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly standardError: Float64Array;
  readonly n: Float64Array;
  /** 0 where the checkpoint lacks the metric, else 1 + index into `kinds`; keeps a measured NaN apart from an absent value. */
  readonly kind: Float64Array;
  readonly kinds: readonly MetricKind[];
}

/** Of another trainer's log: why it was taken for what it is. Absent where the log does not tell. */
export interface RunOrigin {
  /** What gave the source away: a file, a key. */
  readonly source?: string;
  readonly algorithm?: string;
  readonly algorithmReason?: string;
  /** Why its sampling is known, or not. */
  readonly sampling?: string;
  /** How it is known how it ended. */
  readonly status?: string;
}

/** A run without its series and without what the panel does not show (configuration, environment, raw keys, outcomes). */
export type RunHead = Omit<Run, 'checkpoints' | 'config' | 'environment'> & {
  /** Equal for runs that differ in their seed only. */
  readonly group: string;
  /** Only of other trainers' logs. */
  readonly origin?: RunOrigin;
};

export interface EncodedRun {
  readonly head: RunHead;
  readonly steps: Float64Array;
  readonly metrics: Partial<Record<MetricName, MetricColumns>>;
}

/** A curve over KL (nats per sequence) with a 95% band; NaN bounds where there is none. */
export interface CurveColumns {
  readonly kl: Float64Array;
  readonly value: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** An estimate with its 95% interval; bounds absent where none could be computed. */
export interface Interval {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

export interface ArmSummary {
  readonly name: string;
  /** Ids. */
  readonly runs: readonly string[];
  readonly points: number;
  /** Highest win rate (fraction) and the KL (nats per sequence) at which it was reached. */
  readonly peak: (Interval & { readonly kl: number }) | null;
  /** The fit at the budget. */
  readonly atBudget: Interval | null;
  /** The best checkpoints within the budget. */
  readonly withinBudget: Interval | null;
  /** Win rate gained per nat. */
  readonly efficiency: number | null;
  /** Smooth fit of win rate in √KL, with its band, over the arm's own KL range. */
  readonly fit: CurveColumns;
  /** Best win rate within each KL, free of the winner's curse. */
  readonly attainable: CurveColumns;
}

/** The performance gap, online arm minus offline arm, as computed on the host; null = cannot be computed, see `notes`. */
export interface GapView {
  readonly budget: number | null;
  readonly arms: readonly ArmSummary[];
  readonly between: readonly [string, string] | null;
  /** Only where both arms have data. */
  readonly matched: CurveColumns;
  readonly mean: Interval | null;
  readonly atBudget: Interval | null;
  readonly withinBudget: Interval | null;
  readonly peak: Interval | null;
  /** What the fitted curves say besides: areas, KL of equal win rates, Gao's peaks. */
  readonly fits: readonly FitLine[];
  readonly notes: readonly string[];
}

export interface StageView {
  readonly kind: StageKind;
  /** Which of its kind, where there are several. */
  readonly part?: string;
  readonly state: 'waiting' | 'computing' | 'done' | 'cached' | 'failed';
  /** 0 to 1. */
  readonly fraction: number;
  readonly message?: string;
}

/** `a` and `b` are JSON text, so that 1 and "1" stay different. */
export interface ConfigRow {
  readonly path: string;
  readonly kind: 'same' | 'changed' | 'only-a' | 'only-b';
  readonly a?: string;
  readonly b?: string;
  /** Matches an ignore pattern: not counted as a difference. */
  readonly ignored?: boolean;
}

/** One metric at one checkpoint of both runs; `delta` = b − a. */
export interface OutcomeRow {
  readonly metric: MetricName;
  readonly step: number;
  readonly a: number;
  readonly b: number;
  readonly delta: number;
  readonly low?: number;
  readonly high?: number;
  /** Prompt by prompt, or from the two standard errors. */
  readonly interval?: 'paired' | 'standard-errors';
}

/** Two runs side by side; A is the baseline. */
export interface ComparisonView {
  readonly a: EncodedRun;
  readonly b: EncodedRun;
  readonly config: readonly ConfigRow[];
  readonly environment: readonly ConfigRow[];
  readonly outcome: readonly OutcomeRow[];
  /** Win rate of B minus that of A at the same KL. */
  readonly matchedKl: CurveColumns;
  readonly ignorePatterns: readonly string[];
  readonly notes: readonly string[];
}
