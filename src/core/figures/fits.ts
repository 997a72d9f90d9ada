/** What the fitted curves say besides the gap: areas between them, the KL of equal win rates, Gao's peaks. One list for terminal, report and dashboard. */
import type { GaoFits } from '../analysis/gao';
import type { KlRatio } from '../analysis/klRatio';
import type { GapReport, GapSummary } from '../analysis/report';
import { percent, plainWithInterval, pointsText, withInterval } from './amounts';

export interface FitLine {
  /** Where the numbers stand in `gap --json`. */
  readonly metric: string;
  readonly label: string;
  readonly text: string;
}

export const fitLines = ({ arms, gap }: GapReport): FitLine[] => [
  ...(gap === null ? [] : [...areaLines(gap), ...gap.klRatios.map((ratio, i) => ratioLine(ratio, i, gap.between))]),
  ...arms.flatMap(({ name, gao }) => (gao === null ? [] : [{ metric: `arms.${name}.gao`, label: `Gao’s RL form, ${name}`, text: gaoText(gao) }])),
];

const areaLines = ({ meanLogKl, meanRootKl }: GapSummary): FitLine[] =>
  meanLogKl === null && meanRootKl === null ? [] : [
    { metric: 'gap.meanLogKl', label: 'Area between the curves, mean over log KL', text: pointsText(meanLogKl) },
    { metric: 'gap.meanRootKl', label: 'Area between the curves, mean over √KL', text: pointsText(meanRootKl) },
  ];

function ratioLine({ winRate, kl, ratio, bound, note }: KlRatio, index: number, between: readonly [string, string]): FitLine {
  const spent = between.map((name, i) => `${name} ${kl[i] === null || kl[i] === undefined ? 'never reaches it' : `${kl[i].toFixed(2)} nats`}`).join(', ');
  const words = { exact: '', 'at-least': 'at least ', 'at-most': 'at most ' }[bound];
  const text = ratio === null ? (note ?? spent) : `${spent}; KL of ${between[1]} ÷ KL of ${between[0]} ${words}${plainWithInterval(ratio)}`;
  return { metric: `gap.klRatios[${index}]`, label: `KL for a win rate of ${percent(winRate)}`, text };
}

export function gaoText({ rl, chosen, notes }: GaoFits): string {
  if (rl === null) return notes.join(' ');
  const other = chosen === 'best-of-n' ? ' The best-of-n form fits better (AICc).' : '';
  const error = `Its fit is off by ${(100 * rl.rmse).toFixed(1)} points (RMSE).${other}`;
  if (rl.peak === null) return [...rl.notes, error].join(' ');
  return [`Peak of ${withInterval(rl.peak.winRate.value, rl.peak.winRate)} at a KL of ${plainWithInterval(rl.peak.kl)} nats.`, ...rl.notes, error].join(' ');
}
