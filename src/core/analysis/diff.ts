/**
 * Two runs side by side: what was set, what came out, what was merely so. Deltas are b minus a. The rules are those that
 * users of other run comparers asked for: only differences; what was set apart from what came out; names, paths and times
 * passed over; keys escaped; types told apart (see the tests).
 */
import { METRIC_NAMES } from '../run/metrics';
import type { Run } from '../run/types';
import { makeArm } from './arms';
import { compareArms, gapSummary } from './compare';
import { metricDelta } from './deltas';
import type { MatchedDelta, OutcomeDiff, RunDiff } from './diffTypes';
import { diffFields } from './flatten';

export interface DiffOptions {
  /** Paths of configuration and environment to pass over, `*` for any characters; in place of `DEFAULT_IGNORED`. */
  readonly ignore?: readonly string[];
  readonly resamples?: number;
  readonly seed?: number;
}

/** What two runs differ in by being two runs. */
export const DEFAULT_IGNORED: readonly string[] = ['name', 'id', 'path', 'createdAt', 'endedAt', 'time', '*.time', 'pid', 'host', '_*', '*._*', 'output_dir', 'logging_dir', 'run_name'];

const DEFAULT_RESAMPLES = 500;

export function diffRuns(a: Run, b: Run, options: DiffOptions = {}): RunDiff {
  const { ignore = DEFAULT_IGNORED } = options;
  const paired = onSamePrompts(a, b);
  const matched = matchedDeltas(a, b, options);
  return {
    config: diffFields(a.config, b.config, ignore),
    outcome: outcomeDiffs(a, b, paired),
    environment: diffFields(a.environment, b.environment, ignore),
    matchedKl: matched.deltas,
    notes: [
      ...(a.id === b.id && a.path === b.path ? ['A run is compared with itself.'] : []),
      ...(paired ? [] : ['The two runs were not evaluated on the same prompts, so their differences are not paired by prompt.']),
      'Each side is a single run: the intervals hold the noise of evaluation, not that of another seed.',
      ...matched.notes,
    ],
  };
}

/** Of our own runs task, data seed and count fix the prompts; a foreign log's prompts are known to itself only. */
function onSamePrompts(a: Run, b: Run): boolean {
  const groups = [a, b].map((run) => new Set(makeArm(run.name, [run]).points.map(({ promptGroup }) => promptGroup)));
  const all = new Set(groups.flatMap((group) => [...group]));
  return all.size === 1 && groups.every((group) => group.size === 1);
}

function outcomeDiffs(a: Run, b: Run, paired: boolean): OutcomeDiff[] {
  const ofB = new Map(b.checkpoints.map((checkpoint) => [checkpoint.step, checkpoint]));
  return a.checkpoints.flatMap((checkpoint) => {
    const other = ofB.get(checkpoint.step);
    if (other === undefined) return [];
    return METRIC_NAMES.flatMap((metric) => metricDelta(metric, checkpoint, other, paired) ?? []);
  });
}

function matchedDeltas(a: Run, b: Run, { resamples = DEFAULT_RESAMPLES, seed = 0 }: DiffOptions): { deltas: MatchedDelta[]; notes: string[] } {
  const arms = [makeArm(b.name, [b]), makeArm(a.name, [a])];
  const comparison = compareArms(arms, [0, 1], null, { resamples, seed });
  const deltas = (gapSummary(comparison)?.matched ?? []).map(({ kl, value, low, high }) => ({ kl, delta: value, low, high }));
  if (deltas.length > 0) return { deltas, notes: [] };
  const silent = arms.filter(({ points }) => points.length === 0).map(({ name }) => name);
  const reason = silent.length > 0 ? `${silent.reverse().join(' and ')} ${silent.length === 1 ? 'has' : 'have'} no checkpoint with both a KL and a win rate`
    : comparison.shared === undefined ? 'their KLs do not overlap' : 'one of them has too few checkpoints';
  return { deltas, notes: [`There is no comparison at matched KL: ${reason}, and nothing is extrapolated.`] };
}
