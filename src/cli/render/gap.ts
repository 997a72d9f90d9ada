/** The performance gap on a terminal: arms, gap, picture, notes. */
import { fitLines } from '../../core/figures/fits';
import { gapPicture } from '../../core/figures/picture';
import { verdictOf } from '../../core/figures/verdict';
import type { ArmReport, CurvePoint, GapReport } from '../../core/analysis';
import type { Run } from '../../core/run/types';
import type { Colors } from '../colors';
import { nats, percentWithInterval, pointsWithInterval } from './format';
import { ARM_MARKERS, plotPicture } from './plot';
import { oneLine, table } from './table';

export interface GapTextOptions {
  readonly colors: Colors;
  readonly columns: number;
}

export function gapText(runs: readonly Run[], report: GapReport, { colors, columns }: GapTextOptions): string {
  const picture = gapPicture(runs, report);
  const verdict = verdictOf(runs, report);
  // The first note may be the reason why there is no verdict; it is said once.
  const notes = report.notes.filter((note) => !verdict.details.includes(note));
  return [
    armTable(report, picture.arms.map(({ name }) => name), colors),
    ...gapLines(report),
    ...fitsText(report),
    '\n',
    plotPicture(picture, colors, { columns }),
    '\n',
    `${colors.bold(oneLine(verdict.headline))}\n`,
    ...verdict.details.map((line) => `${oneLine(line)}\n`),
    ...(notes.length === 0 ? [] : ['\nNotes:\n', ...notes.map((note) => `  - ${oneLine(note)}\n`)]),
  ].join('');
}

function armTable({ arms, budget }: GapReport, order: readonly string[], colors: Colors): string {
  const right = (title: string) => ({ title, align: 'right' as const });
  // Where no fit reaches the budget, a column of dashes would only take room.
  const withFit = arms.some(({ atBudget }) => atBudget !== null);
  const columns = [
    { title: 'ARM' },
    ...['RUNS', 'PEAK WIN RATE', 'KL THERE'].map(right),
    ...(budget === null ? [] : [right(`BEST WITHIN ${budget} NATS`), ...(withFit ? [right(`AT ${budget} NATS`)] : [])]),
    right('GAIN PER NAT'),
  ];
  const sorted = [...arms].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  return table(columns, sorted.map((arm) => armRow(arm, { style: Math.max(0, order.indexOf(arm.name)), colors, hasBudget: budget !== null, withFit })));
}

interface RowOptions {
  readonly style: number;
  readonly colors: Colors;
  readonly hasBudget: boolean;
  readonly withFit: boolean;
}

function armRow({ name, runs, peak, withinBudget, atBudget, efficiency }: ArmReport, { style, colors, hasBudget, withFit }: RowOptions): string[] {
  return [
    colors.arm(style, `${ARM_MARKERS[style % ARM_MARKERS.length] ?? ''} ${oneLine(name)}`),
    String(runs.length),
    winRateText(peak),
    nats(peak?.kl),
    ...(hasBudget ? [winRateText(withinBudget), ...(withFit ? [winRateText(atBudget)] : [])] : []),
    efficiency === null ? '–' : pointsWithInterval({ value: efficiency }),
  ];
}

const winRateText = (point: CurvePoint | null) => percentWithInterval(point === null ? null : { ...point, value: point.winRate });

function gapLines({ gap, budget }: GapReport): string[] {
  if (gap === null) return [];
  const rows = [
    ['peak against peak', pointsWithInterval(gap.peak)],
    ['mean at matched KL', pointsWithInterval(gap.mean)],
    ...(budget === null ? [] : [[`best within ${budget} nats`, pointsWithInterval(gap.withinBudget)], [`at ${budget} nats`, pointsWithInterval(gap.atBudget)]]),
  ];
  return ['\n', table([{ title: `GAP: ${gap.between[0]} − ${gap.between[1]}` }, { title: 'WIN RATE', align: 'right' }], rows)];
}

/** Sentences, so no table: they are longer than a terminal is wide. */
function fitsText(report: GapReport): string[] {
  const lines = fitLines(report);
  return lines.length === 0 ? [] : ['\nFITS\n', ...lines.map(({ label, text }) => `  ${oneLine(label)}: ${oneLine(text)}\n`)];
}
