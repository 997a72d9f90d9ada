/**
 * How far the judges of a run can be trusted. Every win rate is worth what its golden preference model is worth: where that
 * is learnt from human labels, its held-out accuracy is said, and loudly where it is no better than a coin.
 */
import { wilson } from '../statistics/intervals';
import type { RunManifest } from './events';
import type { RunWarning } from './types';

/** The code of warnings about a judge: the same for all runs of an experiment, so views may say them once. */
export const JUDGE_WARNING = 'judge-accuracy';

export function judgeWarnings({ stageFacts }: Pick<RunManifest, 'stageFacts'>): RunWarning[] {
  const { heldOutAccuracy: accuracy, heldOutPairs: pairs } = stageFacts?.golden ?? {};
  if (typeof accuracy !== 'number' || typeof pairs !== 'number' || pairs < 1) return [];
  const { low, high } = wilson(accuracy, pairs);
  const measured = `The golden preference model orders ${percent(accuracy)} of ${pairs} held-out pairs as the human labels do (95% interval ${percent(low)} to ${percent(high)})`;
  const message = low > 0.5
    ? `${measured}: trust what it judges no further than that.`
    : `${measured}: not above chance. Win rates show how each arm moves under this judge, and say nothing about what people prefer; more pairs or longer responses may help.`;
  return [{ code: JUDGE_WARNING, message }];
}

const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)}%`;
