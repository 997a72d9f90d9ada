/** What a metric says of several arms side by side, where the paper claims no side: one line of the card, each arm with its interval. */
import type { Valued } from '../analysis/report';
import { DASH, plainWithInterval, withInterval } from '../figures/amounts';
import type { MetricName } from '../run/metrics';
import { seedContrast, type Reading, type Selection } from './effects';
import { effectOf } from './judge';
import type { Estimated } from './types';

/** Mean over the checkpoints after step 0: of what moves with training, as the age of samples does. */
export const overTheRun = (metric: MetricName): Reading => ({ checkpoints }) => {
  const values = checkpoints.flatMap(({ step, metrics }) => (step > 0 ? (metrics[metric]?.value ?? []) : []));
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
};

export interface LevelsWords {
  readonly name: string;
  readonly unit: 'nats/sequence' | 'share' | 'accuracy';
}

/** The effect is the first arm minus the second, paired by seed. None where no arm has the metric. */
export function levelsEstimate({ name, unit }: LevelsWords, selections: readonly Selection[], read: Reading): Estimated[] {
  const levels = selections.map((selection) => ({ name: selection.name, value: seedContrast([{ ...selection, weight: 1, read }]).effect }));
  if (levels.every(({ value }) => value === undefined)) return [];
  const [a, b] = selections;
  const difference = a && b && seedContrast([{ ...a, weight: 1, read }, { ...b, weight: -1, read }]).effect;
  const effect = difference === undefined ? null : effectOf(difference, unit);
  const listed = levels.map((level) => `${level.name} ${level.value === undefined ? DASH : levelText(level.value, unit)}`).join(', ');
  return [{ name, effect, because: `${listed}.${effect && a && b ? ` ${a.name} − ${b.name}: ${effect.text}.` : ''}` }];
}

/** A share lies in [0, 1] whatever Student's interval says. */
export function levelText({ value, low, high }: Valued, unit: LevelsWords['unit']): string {
  return unit === 'nats/sequence' ? `${plainWithInterval({ value, low, high })} nats` : withInterval(value, { low: Math.max(0, low), high: Math.min(1, high) });
}
