/** What the panel needs and a log lacks: one note a metric, with what the user would have to log. */
import { METRICS, type MetricName } from '../../core/run/metrics';
import type { Checkpoint, RunWarning, Sampling } from '../../core/run/types';
import type { Dialect } from './rule';

export const ABSENT_WARNING = 'absent';

const MEASURE = 'measure it with alignment_gap_callback.py, as docs/logs.md says ("What no log holds").';
const NAME_ONE = `no column is known to be it. Name one in the mapping, or: ${MEASURE}`;
const MEASURE_IT = MEASURE.replace('m', 'M');

export function missingNotes(dialect: Dialect, sampling: Sampling, checkpoints: readonly Checkpoint[]): RunWarning[] {
  // An empty log lacks everything, and a reward model is no policy: neither needs to be told.
  if (checkpoints.length === 0 || dialect.objective === 'reward-model') return [];
  const has = (...names: MetricName[]): boolean => checkpoints.some(({ metrics }) => names.some((name) => metrics[name] !== undefined));
  return [
    ...(has('kl') ? [] : [note('kl', klHint(dialect, sampling, has('klPerToken')))]),
    ...(has('winRate', 'winRateVsReference') ? [] : [note('winRate', `no trainer logs a win rate. ${MEASURE_IT}`)]),
    ...(has('policyAccuracy') ? [] : [note('policyAccuracy', accuracyHint(dialect, sampling))]),
  ];
}

const note = (metric: MetricName, hint: string): RunWarning => ({ code: ABSENT_WARNING, message: `${METRICS[metric].label} is not in this log: ${hint}`, at: metric });

function klHint({ id, label }: Dialect, sampling: Sampling, isPerToken: boolean): string {
  if (isPerToken) return 'KL is there per token only, and without the mean response length it cannot be turned into nats per sequence. Log the response length as well.';
  if (['grpo', 'grpo-or-rloo', 'rloo'].includes(id)) return `TRL logs kl only while beta is above 0 (GRPOConfig(beta=0.001), which loads the reference model too). Or: ${MEASURE}`;
  if (id === 'verl') return 'verl logs it with actor_rollout_ref.actor.use_kl_loss=True or algorithm.use_kl_in_reward=True.';
  if (id === 'plain') return NAME_ONE;
  return `${label} ${sampling === 'offline' ? 'never samples from the policy, so it' : ''} does not log it. ${MEASURE_IT}`.replaceAll('  ', ' ');
}

function accuracyHint({ id, isTransformers, label }: Dialect, sampling: Sampling): string {
  if (id === 'llamafactory') return 'trainer_log.jsonl holds the accuracy on training batches only. Keep trainer_state.json next to it, and set val_size and eval_steps.';
  if (isTransformers === true && sampling === 'offline') return 'set eval_strategy="steps" and eval_steps, and give the trainer an eval_dataset: it is logged as eval_rewards/accuracies.';
  if (id === 'plain') return NAME_ONE;
  return `${label} does not score held-out pairs. ${MEASURE_IT}`;
}
