/** What the comparison of two runs hands over; a delta is always b minus a. */
import type { MetricName } from '../run/metrics';
import type { Interval } from '../statistics/intervals';

export type DiffKind = 'changed' | 'only-a' | 'only-b';

export interface FieldDiff {
  /** Dots within a literal key are escaped, so that no two paths collide. */
  readonly path: string;
  /** Undefined where the key is missing. */
  readonly a: unknown;
  readonly b: unknown;
  readonly kind: DiffKind;
}

export interface OutcomeDiff {
  readonly metric: MetricName;
  readonly step: number;
  readonly a: number;
  readonly b: number;
  readonly delta: number;
  /** 95% interval of the delta; absent where neither outcomes nor standard errors allow one. */
  readonly low?: number;
  readonly high?: number;
  /** How the interval was made: prompt by prompt, or from the two standard errors. */
  readonly interval?: 'paired' | 'standard-errors';
}

export interface MatchedDelta extends Interval {
  readonly kl: number;
  readonly delta: number;
}

export interface RunDiff {
  readonly config: readonly FieldDiff[];
  readonly outcome: readonly OutcomeDiff[];
  readonly environment: readonly FieldDiff[];
  readonly matchedKl: readonly MatchedDelta[];
  readonly notes: readonly string[];
}

/** `diff --json`, schema alignment-gap/diff@1; what is missing is null, and `kind` tells a missing key from a null. */
export function diffDocument({ config, outcome, environment, matchedKl, notes }: RunDiff): object {
  const field = ({ path, a, b, kind }: FieldDiff): object => ({ path, a: a ?? null, b: b ?? null, kind });
  return {
    schema: 'alignment-gap/diff@1',
    config: config.map(field),
    outcome: outcome.map(({ low, high, ...rest }) => ({ ...rest, low: low ?? null, high: high ?? null })),
    environment: environment.map(field),
    matchedKl,
    notes,
  };
}
