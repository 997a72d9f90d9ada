/** What a log would have to hold for a metric that it lacks: said wherever a value is absent. */
import { METRICS, type MetricName } from '../../src/core/run/metrics';

/** Keys by which trainers that log the metric call it. */
const FOREIGN_KEYS: Partial<Record<MetricName, string>> = {
  kl: 'objective/kl',
  policyAccuracy: 'eval_rewards/accuracies',
  trainAccuracy: 'rewards/accuracies',
  margin: 'rewards/margins',
  logpChosen: 'logps/chosen',
  logpRejected: 'logps/rejected',
  entropy: 'objective/entropy',
  responseLength: 'completions/mean_length',
  loss: 'loss',
  tokensSeen: 'num_input_tokens_seen',
};

export function neededFor(metric: MetricName): string {
  const foreign = FOREIGN_KEYS[metric];
  const needs = `metrics.${metric} of a checkpoint event${foreign === undefined ? '' : `, or ${foreign} in a trainer's log`}`;
  return `${METRICS[metric].label} is not in this log. It needs ${needs}.`;
}
