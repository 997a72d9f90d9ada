/** What the extension host asks of the analysis worker, and what it answers. */
import { diffRuns, performanceGap, type GapReport, type RunDiff } from '../../core/analysis';
import type { Result } from '../../core/protocol';
import type { Run } from '../../core/run/types';

export type AnalysisTask =
  /** The performance gap over all runs of a study. */
  | { readonly kind: 'gap'; readonly runs: readonly Run[] }
  /** Run b against run a. */
  | { readonly kind: 'diff'; readonly a: Run; readonly b: Run };

interface Outcomes {
  readonly gap: GapReport;
  readonly diff: RunDiff;
}
export type OutcomeOf<T extends AnalysisTask> = Outcomes[T['kind']];
export type AnalysisOutcome = Outcomes[keyof Outcomes];

/** Answered by exactly one reply with the same id, unless the worker dies. */
export interface AnalysisRequest {
  readonly id: number;
  readonly task: AnalysisTask;
}
export interface AnalysisReply {
  readonly id: number;
  readonly result: Result<AnalysisOutcome>;
}

/** Never throws: what goes wrong is the answer. */
export function carryOut({ id, task }: AnalysisRequest): AnalysisReply {
  try {
    return { id, result: { ok: true, value: compute(task) } };
  } catch (error) {
    return { id, result: { ok: false, error: error instanceof Error ? error.message : String(error) } };
  }
}

function compute(task: AnalysisTask): AnalysisOutcome {
  switch (task.kind) {
    case 'gap':
      return performanceGap(task.runs);
    case 'diff':
      return diffRuns(task.a, task.b);
  }
}
