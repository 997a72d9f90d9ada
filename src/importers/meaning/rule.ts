/** The form of the tables that say which raw key is which metric, and how it was measured. Data only. */
import type { KlEstimator, MetricName, Quality } from '../../core/run/metrics';
import type { Sampling } from '../../core/run/types';
import type { StepAxis } from '../contract';

export interface Rule {
  readonly metric: MetricName;
  /** The first of these keys that a row has. */
  readonly from: string | readonly string[];
  /** Multiplied by the first of these; without one there is no value. */
  readonly times?: string | readonly string[];
  /** Divided by the first of these, where it is not zero. */
  readonly over?: string | readonly string[];
  /** Divided by β; without a known β there is no value. */
  readonly overBeta?: true;
  readonly scale?: number;
  readonly estimator?: KlEstimator;
  readonly quality?: readonly Quality[];
}

/** A key that looks like a metric and is not: it stays visible under its raw name. */
export interface NotThis {
  readonly key: string;
  readonly why: string;
}

/** What one algorithm of one framework writes. */
export interface Dialect {
  readonly id: string;
  readonly objective: string;
  readonly sampling: Sampling;
  readonly rules: readonly Rule[];
  readonly notThis?: readonly NotThis[];
  readonly axis?: StepAxis;
  /** For metrics the panel needs and this log never holds: what the user would have to log. */
  readonly hints?: Readonly<Partial<Record<MetricName, string>>>;
}
