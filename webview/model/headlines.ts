/** The few numbers that a reader came for, each with its interval and a sentence that says what it means. */
import { formatDelta, formatInterval, formatNumber, formatWithUnit, type ArmSummary, type GapView, type Interval, type PanelRun } from '../../src/core/protocol';
import type { MetricName } from '../../src/core/run/metrics';

export interface Headline {
  /** `data-metric`: where the same number stands in `gap --json` or `show --json`. */
  readonly metric: string;
  readonly label: string;
  /** Full precision; absent when it could not be computed. */
  readonly value?: number;
  readonly text: string;
  readonly interval: string;
  readonly detail: string;
  readonly source?: { readonly run: string; readonly step: number };
}

export function gapHeadlines(gap: GapView): Headline[] {
  return [
    gapHeadline('gap.mean', 'Gap at matched KL', gap.mean, 'mean over the KL range that both arms reach'),
    ...(gap.budget === null ? [] : budgetHeadlines(gap, `${formatNumber(gap.budget, 'nats')} nats`)),
    gapHeadline('gap.peak', 'Gap between peaks', gap.peak, 'best of each arm, whatever its KL'),
    ...gap.arms.map(peakHeadline),
  ];
}

/** At the budget by the fits where both reach it, and by the best checkpoints within it in any case. */
const budgetHeadlines = (gap: GapView, budget: string): Headline[] => [
  ...(gap.atBudget ? [gapHeadline('gap.atBudget', 'Gap at the budget', gap.atBudget, `both fits at ${budget}`)] : []),
  gapHeadline('gap.withinBudget', 'Gap within the budget', gap.withinBudget, `best checkpoints up to ${budget}`),
];

function gapHeadline(metric: string, label: string, estimate: Interval | null, detail: string): Headline {
  if (!estimate) return { metric, label, text: '–', interval: '', detail: 'cannot be computed; the notes below say why' };
  return { metric, label, value: estimate.value, text: formatDelta(estimate.value, 'fraction'), interval: signedInterval(estimate), detail };
}

function peakHeadline({ name, peak, runs }: ArmSummary): Headline {
  const head = { metric: `arms.${name}.peak.winRate`, label: `Peak win rate, ${name}` };
  if (!peak) return { ...head, text: '–', interval: '', detail: 'no checkpoint with KL and win rate yet' };
  const seeds = runs.length === 1 ? 'one run' : `mean of ${runs.length} runs`;
  return { ...head, value: peak.value, text: formatNumber(peak.value, 'fraction'), interval: formatInterval(peak, 'fraction'), detail: `at ${formatNumber(peak.kl, 'nats')} nats, ${seeds}` };
}

const signedInterval = ({ low, high }: Interval): string =>
  low === undefined || high === undefined ? '' : `[${formatDelta(low, 'fraction')}, ${formatDelta(high, 'fraction')}]`;

/** The finding in words: at the same KL, and peak against peak; undecided unless the interval is clear of zero. */
export function gapSentence(gap: GapView): string {
  if (!gap.between) return gap.notes[0] ?? 'A gap needs an online and an offline arm.';
  if (hasNoPoints(gap)) return NO_POINTS;
  const matched = gap.mean ? compared(gap.between, gap.mean, 'on average at the same KL') : 'The arms have no KL range in common yet, so there is no gap at matched KL.';
  return gap.peak ? `${matched} ${compared(gap.between, gap.peak, 'peak against peak')}` : matched;
}

/** Neither arm can be drawn: that their KLs do not meet would be beside the point. */
export const hasNoPoints = ({ arms }: GapView): boolean => arms.length > 0 && arms.every(({ points }) => points === 0);
export const NO_POINTS = 'No arm has a checkpoint with both a KL and a win rate yet, so there is no gap.';

function compared([a, b]: readonly [string, string], { value, low, high }: Interval, where: string): string {
  if (low === undefined || high === undefined) return `${capital(a)} minus ${b}: ${formatDelta(value, 'fraction')} ${where}, without an interval.`;
  const range = `95% interval ${formatDelta(low, 'fraction')} to ${formatDelta(high, 'fraction')}`;
  const size = `by ${formatNumber(Math.abs(value), 'fraction')} ${where} (${range})`;
  if (low > 0) return `${capital(a)} is ahead of ${b} ${size}.`;
  if (high < 0) return `${capital(b)} is ahead of ${a} ${size}.`;
  return `No clear difference between ${a} and ${b} ${where}: the ${range} holds zero.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const RUN_HEADLINES: readonly { readonly metric: MetricName; readonly label: string }[] = [
  { metric: 'winRate', label: 'Win rate' },
  { metric: 'kl', label: 'KL' },
  { metric: 'policyAccuracy', label: 'Policy accuracy' },
  { metric: 'proxyWinRate', label: 'Proxy win rate' },
];

/** For a single run: its latest checkpoint, number by number. */
export function runHeadlines(run: PanelRun): Headline[] {
  const last = run.checkpoints.at(-1);
  if (!last) return [];
  return RUN_HEADLINES.flatMap(({ metric, label }): Headline[] => {
    const estimate = last.metrics[metric];
    if (!estimate) return [];
    return [{
      metric, label, value: estimate.value,
      text: formatWithUnit(estimate.value, estimate.unit),
      interval: formatInterval(estimate, estimate.unit),
      detail: metric === 'kl' ? budgetDetail(run, estimate.value, last.step) : `at step ${last.step}`,
      source: { run: run.id, step: last.step },
    }];
  });
}

const budgetDetail = ({ klBudget }: PanelRun, kl: number, step: number): string =>
  klBudget === undefined ? `at step ${step}` : `${Math.round((100 * kl) / klBudget)}% of the budget, at step ${step}`;
