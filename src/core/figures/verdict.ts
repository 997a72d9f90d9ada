/** The result in words: no more than the intervals allow. */
import type { GapReport, Valued } from '../analysis/report';
import type { Run } from '../run/types';

export type Side = 'online' | 'offline' | 'undecided';

export interface Verdict {
  readonly headline: string;
  readonly details: readonly string[];
  /** Which arm the peak comparison favours with its whole interval. */
  readonly side: Side;
}

export function verdictOf(runs: readonly Run[], { gap, budget, notes }: GapReport): Verdict {
  if (gap === null) {
    return { headline: 'No verdict: the online and the offline arm cannot be compared yet.', details: notes.slice(0, 1), side: 'undecided' };
  }
  const [online, offline] = gap.between;
  const unfinished = runs.filter((run) => run.status !== 'finished').length;
  const details = [
    gap.mean === null ? 'At matched KL nothing can be said: the arms share no KL range.' : `At matched KL, over the range that both arms reach: ${clause(gap.mean, online, offline)}`,
    ...(budget === null ? [] : [gap.withinBudget === null ? `Within the budget of ${budget} nats nothing can be said: not both arms have data there.` : `Best within the budget of ${budget} nats: ${clause(gap.withinBudget, online, offline)}`]),
    ...(unfinished > 0 ? [`Provisional: ${unfinished} of ${runs.length} runs ${unfinished === 1 ? 'is' : 'are'} not finished.`] : []),
  ];
  if (gap.peak === null) return { headline: 'No verdict on the peaks: not both arms have checkpoints with KL and win rate.', details, side: 'undecided' };
  return { headline: headlineOf(gap.peak, online, offline), details, side: sideOf(gap.peak) };
}

const sideOf = ({ low, high }: Valued): Side => (low > 0 ? 'online' : high < 0 ? 'offline' : 'undecided');
const points = (value: number) => `${(Math.abs(value) * 100).toFixed(1)} points`;
const signed = (value: number) => `${value < 0 ? '−' : '+'}${(Math.abs(value) * 100).toFixed(1)}`;
const interval = ({ low, high }: Valued) => `95% interval ${signed(low)} to ${signed(high)}`;

function headlineOf(peak: Valued, online: string, offline: string): string {
  switch (sideOf(peak)) {
    case 'online':
      return `The peak win rate of “${online}” is above that of “${offline}” by ${points(peak.value)} (${interval(peak)}).`;
    case 'offline':
      return `The peak win rate of “${offline}” is above that of “${online}” by ${points(peak.value)} (${interval({ value: -peak.value, low: -peak.high, high: -peak.low })}).`;
    case 'undecided':
      return `Undecided: the peak win rates of “${online}” and “${offline}” differ by ${signed(peak.value)} points, and the interval holds zero (${interval(peak)}).`;
  }
}

function clause(gap: Valued, online: string, offline: string): string {
  switch (sideOf(gap)) {
    case 'online':
      return `“${online}” is ahead by ${points(gap.value)} (${interval(gap)}).`;
    case 'offline':
      return `“${offline}” is ahead by ${points(gap.value)} (${interval({ value: -gap.value, low: -gap.high, high: -gap.low })}).`;
    case 'undecided':
      return `undecided, ${signed(gap.value)} points for “${online}” (${interval(gap)}).`;
  }
}
