/** The performance gap on a terminal: arms, gap, picture, notes. */
import { gapPicture } from '../../core/figures/picture';
import { verdictOf } from '../../core/figures/verdict';
import type { ArmReport, GapReport } from '../../core/analysis';
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
    '\n',
    plotPicture(picture, colors, { columns }),
    '\n',
    `${colors.bold(oneLine(verdict.headline))}\n`,
    ...verdict.details.map((line) => `${oneLine(line)}\n`),
    ...(notes.length === 0 ? [] : ['\nNotes:\n', ...notes.map((note) => `  - ${oneLine(note)}\n`)]),
  ].join('');
}

const COLUMNS = [
  { title: 'ARM' }, { title: 'RUNS', align: 'right' }, { title: 'PEAK WIN RATE', align: 'right' }, { title: 'KL THERE', align: 'right' },
  { title: 'AT BUDGET', align: 'right' }, { title: 'GAIN PER NAT', align: 'right' },
] as const;

function armTable({ arms, budget }: GapReport, order: readonly string[], colors: Colors): string {
  const columns = COLUMNS.map((column) => (column.title === 'AT BUDGET' && budget !== null ? { ...column, title: `AT ${budget} NATS` } : column));
  return table(columns, arms.map((arm) => armRow(arm, Math.max(0, order.indexOf(arm.name)), colors)));
}

function armRow({ name, runs, peak, atBudget, efficiency }: ArmReport, style: number, colors: Colors): string[] {
  return [
    colors.arm(style, `${ARM_MARKERS[style % ARM_MARKERS.length] ?? ''} ${oneLine(name)}`),
    String(runs.length),
    percentWithInterval(peak === null ? null : { ...peak, value: peak.winRate }),
    nats(peak?.kl),
    percentWithInterval(atBudget === null ? null : { ...atBudget, value: atBudget.winRate }),
    efficiency === null ? '–' : pointsWithInterval({ value: efficiency }),
  ];
}

function gapLines({ gap, budget }: GapReport): string[] {
  if (gap === null) return [];
  const rows = [
    ['peak against peak', pointsWithInterval(gap.peak)],
    ['mean at matched KL', pointsWithInterval(gap.mean)],
    ...(budget === null ? [] : [[`at ${budget} nats`, pointsWithInterval(gap.atBudget)]]),
  ];
  return ['\n', table([{ title: `GAP: ${gap.between[0]} − ${gap.between[1]}` }, { title: 'WIN RATE', align: 'right' }], rows)];
}
