/** The form of the tables that say which raw key is which metric, and how it was measured. Data only. */
import type { KlEstimator, MetricName, Quality } from '../../core/run/metrics';
import type { Sampling } from '../../core/run/types';
import type { ForeignSource, StepAxis } from '../contract';

/** The first of these keys that the log has. */
export type Keys = string | readonly string[];

export interface Rule {
  readonly metric: MetricName;
  readonly from: Keys;
  /** Multiplied by this key's value; without it there is no value. */
  readonly times?: Keys;
  /** Divided by this key's value, where it is not zero. */
  readonly over?: Keys;
  /** Divided by β; without a known β there is no value. */
  readonly overBeta?: true;
  readonly scale?: number;
  readonly estimator?: KlEstimator | 'judge';
  readonly quality?: readonly Quality[];
}

/** A key that is easily taken for another metric: the run says what it is. */
interface NotThis {
  readonly key: string;
  readonly why: string;
}

/** Keys by which a log gives itself away; a name ending in `*` stands for all that begin so. */
export interface Marks {
  readonly all?: readonly string[];
  readonly any?: readonly string[];
  readonly none?: readonly string[];
}

/** What one algorithm of one framework writes. */
export interface Dialect {
  readonly id: string;
  /** As people call it: "TRL online DPO". */
  readonly label: string;
  readonly objective: string;
  readonly sampling: Sampling;
  readonly marks: Marks;
  /** Only in logs of these sources: the marks alone would say too little. */
  readonly sources?: readonly ForeignSource[];
  /** Model card tags and values of `trainer`, `rl`, `stage` and the like that name it. */
  readonly tags?: readonly string[];
  /** transformers' names, which trackers store with `train/` and `eval/` in front. */
  readonly isTransformers?: true;
  /** Printed without the `train/` that its trackers put in front. */
  readonly isPrinted?: true;
  /** Of several rules for one metric, the first whose keys the log has is used for the whole run: one series, one meaning. */
  readonly rules: readonly Rule[];
  readonly notThis?: readonly NotThis[];
  readonly axis?: StepAxis;
  /** Keys of the configuration that hold β, with dots between levels. */
  readonly betaKeys?: readonly string[];
}
