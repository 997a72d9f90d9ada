/** What of other trainers' runs is worth sending to the analysis: hundreds of runs of thousands of steps would hold up the host. */
import type { Run } from '../../../core/run/types';
import { isLogRun } from '../../runs/model/address';

/** A run that has no checkpoint with both tells by a few which it lacks. */
const FEW = 50;

/** Our own runs are as they are; of others, the checkpoints and the two metrics that a gap is made of. */
export function forGap(run: Run): Run {
  if (!isLogRun(run)) return run;
  const both = run.checkpoints.filter(({ metrics }) => metrics.kl !== undefined && metrics.winRate !== undefined);
  const kept = both.length > 0 ? both : run.checkpoints.slice(0, FEW);
  return {
    ...run,
    checkpoints: kept.map((checkpoint) => {
      const { kl, winRate } = checkpoint.metrics;
      return { ...checkpoint, metrics: { ...(kl === undefined ? {} : { kl }), ...(winRate === undefined ? {} : { winRate }) } };
    }),
  };
}
